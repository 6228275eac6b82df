/**
 * The weights of our LSTM language model as TensorFlow.js has them: the embedding, for each layer w and b, and the output's.
 * Ours are a matrix [hidden, h then x] for each gate; its is one [x then h, gates i, f, g, o].
 *
 * @param {import('unrolled').Model} model
 * @param {import('../cases.mjs').Case} c
 * @returns {Float32Array[]}
 */
export function lstmWeights({ parameters }, { layers, hidden, vocabulary }) {
  const data = (/** @type {string} */ name) => {
    const found = parameters[name]
    if (found === undefined) throw new Error(`there is no parameter ${name}`)
    return found.data
  }
  const gates = ['i', 'f', 'g', 'o']
  const stack = Array.from({ length: layers }, (_, n) => {
    const w = new Float32Array(2 * hidden * 4 * hidden)
    const b = new Float32Array(4 * hidden)
    gates.forEach((gate, at) => {
      const ours = data(`layers.${n}.forward.W${gate}`)
      for (let row = 0; row < 2 * hidden; row++) {
        const from = row < hidden ? hidden + row : row - hidden
        for (let unit = 0; unit < hidden; unit++) {
          w[row * 4 * hidden + at * hidden + unit] = ours[unit * 2 * hidden + from]
        }
      }
      b.set(data(`layers.${n}.forward.b${gate}`), at * hidden)
    })
    return [w, b]
  })
  const ours = data('output.weight')
  const output = new Float32Array(hidden * vocabulary)
  for (let unit = 0; unit < hidden; unit++) {
    for (let symbol = 0; symbol < vocabulary; symbol++)
      output[unit * vocabulary + symbol] = ours[symbol * hidden + unit]
  }
  return [Float32Array.from(data('embedding.weight')), ...stack.flat(), output, Float32Array.from(data('output.bias'))]
}
