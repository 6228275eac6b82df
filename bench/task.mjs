/**
 * The text every peer learns: seven of ten symbols follow from the one before, the others are drawn. Its entropy is about
 * 1.83 nats, so that a loss which falls from ln 65 = 4.17 towards that shows the same work being done.
 * peers/pytorch-train.py makes the same text.
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

const windows = 50

/**
 * Window after window of `batch` parallel streams, over and over: `inputs[t * batch + b]` and the symbols after them.
 * @param {import('./cases.mjs').Case} c
 * @returns {() => { inputs: Int32Array, targets: Int32Array }}
 */
export function batches({ batch, time, vocabulary }) {
  const stream = windows * time + 1
  const symbols = text(batch * stream, vocabulary)
  const made = Array.from({ length: windows }, (_, w) => {
    const at = (/** @type {number} */ shift) =>
      Int32Array.from(
        { length: time * batch },
        (_, i) => symbols[(i % batch) * stream + w * time + Math.floor(i / batch) + shift],
      )
    return { inputs: at(0), targets: at(1) }
  })
  let next = 0
  return () => made[next++ % windows]
}
