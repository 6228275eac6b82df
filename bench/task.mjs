/**
 * The text every peer learns: seven of ten symbols follow from the one before, the others are drawn. Its entropy is about
 * 1.83 nats, so that a loss which falls from ln 65 = 4.17 towards that shows the same work being done.
 * peers/pytorch.py makes the same text.
 * @returns {Int32Array}
 */
export function text(/** @type {number} */ length, /** @type {number} */ vocabulary) {
  const symbols = new Int32Array(length)
  let state = 1
  let symbol = 0
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const drawn = state >>> 8
    symbol = drawn % 10 < 7 ? (7 * symbol + 3) % vocabulary : Math.floor(drawn / 10) % vocabulary
    symbols[i] = symbol
  }
  return symbols
}

/** Symbols as a text: a character for each. */
export const asCharacters = (/** @type {Int32Array} */ symbols) =>
  Array.from(symbols, (symbol) => String.fromCharCode(48 + symbol)).join('')

/** Windows of one pass over the text. States are carried from window to window, and begin anew with each pass. */
export const windows = 50

/** Symbols of the text for training: `batch` streams of `windows` windows, and the target of the last. */
export const textLength = ({ batch, time }) => batch * windows * time + 1

/**
 * Window after window of `batch` parallel streams, over and over: `inputs[t * batch + b]` and the symbols after them; `begins`
 * with the first of a pass. The same windows that `train` cuts.
 * @param {import('./cases.mjs').Case} c
 * @returns {() => { inputs: Int32Array, targets: Int32Array, begins: boolean }}
 */
export function batches({ batch, time, vocabulary }) {
  const stream = windows * time
  const symbols = text(batch * stream + 1, vocabulary)
  const made = Array.from({ length: windows }, (_, w) => {
    const at = (/** @type {number} */ shift) =>
      Int32Array.from(
        { length: time * batch },
        (_, i) => symbols[(i % batch) * stream + w * time + Math.floor(i / batch) + shift],
      )
    return { inputs: at(0), targets: at(1), begins: w === 0 }
  })
  let next = 0
  return () => made[next++ % windows]
}

/** Mean −log softmax of the targets, in nats: what shows that inference gave the same logits. */
export function crossEntropy(
  /** @type {ArrayLike<number>} */ logits,
  /** @type {ArrayLike<number>} */ targets,
  /** @type {number} */ vocabulary,
  pitch = vocabulary,
) {
  let sum = 0
  for (let row = 0; row < targets.length; row++) {
    let total = 0
    for (let i = 0; i < vocabulary; i++) total += Math.exp(logits[row * pitch + i])
    sum += Math.log(total) - logits[row * pitch + targets[row]]
  }
  return sum / targets.length
}

/** The symbols a stepper is shown one by one to see that all give the same logits, and then over and over. */
export const stepText = (/** @type {number} */ vocabulary) => text(257, vocabulary)
