import { constant, input, node, onnxFile, output } from './onnx-file.mjs'
import { readWeights } from './weights.mjs'

/** ONNX's gates i o f c in terms of PyTorch's i f g o. */
const order = [0, 3, 1, 2]

/**
 * The case's LSTM as an ONNX model: `ids` and states `h0`, `c0`, ... to `logits` and states `h0_next`, ..., the ones of every layer
 * `[1, batch, hidden]`. Extents of time and batch are fixed, which lets the runtime plan its memory.
 */
export function onnxModel(/** @type {import('./cases.mjs').Case & { weights: string }} */ c) {
  const { layers, hidden, batch, time, vocabulary } = c
  if (c.cell !== 'lstm') throw new Error('only the LSTM is written as an ONNX model')
  const weights = readWeights(c)
  const data = (/** @type {string} */ name) => weights.get(name).data
  const gates = (/** @type {Float32Array} */ values) => {
    const size = values.length / 4
    const result = new Float32Array(values.length)
    order.forEach((from, to) => result.set(values.subarray(from * size, (from + 1) * size), to * size))
    return result
  }
  const graph = [
    input('ids', 'int64', [time, batch]),
    output('logits', 'float32', [time, batch, vocabulary]),
    constant('embedding', [vocabulary, hidden], data('embedding.weight')),
    constant('axis', [1], BigInt64Array.of(1n)),
    node('Gather', ['embedding', 'ids'], ['y0'], { axis: 0 }),
  ]
  for (let layer = 0; layer < layers; layer++) {
    const recurrent = (/** @type {string} */ name) => gates(data(`recurrent.${name}_l${layer}`))
    const state = [`h${layer}`, `c${layer}`]
    for (const name of state) {
      graph.push(input(name, 'float32', [1, batch, hidden]), output(`${name}_next`, 'float32', [1, batch, hidden]))
    }
    const biases = new Float32Array(8 * hidden)
    biases.set(recurrent('bias_ih'))
    biases.set(recurrent('bias_hh'), 4 * hidden)
    graph.push(
      constant(`W${layer}`, [1, 4 * hidden, hidden], recurrent('weight_ih')),
      constant(`R${layer}`, [1, 4 * hidden, hidden], recurrent('weight_hh')),
      constant(`B${layer}`, [1, 8 * hidden], biases),
      node(
        'LSTM',
        [`y${layer}`, `W${layer}`, `R${layer}`, `B${layer}`, '', ...state],
        [`Y${layer}`, ...state.map((name) => `${name}_next`)],
        { hidden_size: hidden },
      ),
      node('Squeeze', [`Y${layer}`, 'axis'], [`y${layer + 1}`]),
    )
  }
  // MatMul wants the matrix the other way round.
  const matrix = data('output.weight')
  const turned = Float32Array.from(
    { length: matrix.length },
    (_, i) => matrix[(i % vocabulary) * hidden + Math.floor(i / vocabulary)],
  )
  graph.push(
    constant('output', [hidden, vocabulary], turned),
    constant('bias', [vocabulary], data('output.bias')),
    node('MatMul', [`y${layers}`, 'output'], ['product']),
    node('Add', ['product', 'bias'], ['logits']),
  )
  return onnxFile(graph)
}
