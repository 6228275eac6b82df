/**
 * A training step to measure: `layers` recurrent layers of `hidden` units over an embedding as wide, a linear layer to the
 * vocabulary, softmax cross-entropy and Adam; `batch` sequences of `time` symbols.
 * @typedef {{ name: string, cell: 'lstm' | 'gru' | 'rnn', layers: number, hidden: number, batch: number, time: number, vocabulary: number }} Case
 */

/** @returns {Case} */
const makeCase = (cell, layers, hidden, batch, time) => ({
  name: `${cell}-${layers}x${hidden}`,
  cell,
  layers,
  hidden,
  batch,
  time,
  vocabulary: 65,
})

/** @type {Case[]} */
export const cases = [
  makeCase('lstm', 1, 64, 16, 32),
  makeCase('lstm', 2, 128, 50, 50),
  makeCase('lstm', 2, 256, 64, 64),
  makeCase('lstm', 2, 512, 64, 64),
  makeCase('gru', 2, 256, 64, 64),
  makeCase('rnn', 2, 256, 64, 64),
]

const gates = { lstm: 4, gru: 3, rnn: 1 }

/**
 * Floating-point operations of one step's matrix products as the equations say them, a multiply-add counted as two:
 * forward, backward to the inputs and backward to the weights, 6 for every weight at every position. Pointwise work, the
 * embedding's look-up and Adam are not counted, and nobody is given less for finding a shorter way.
 * @param {Case} c
 */
export function operationsPerStep({ cell, layers, hidden, batch, time, vocabulary }) {
  const weights = layers * gates[cell] * hidden * (hidden + hidden) + hidden * vocabulary
  return 6 * batch * time * weights
}

/** Characters a step trains on. */
export const charactersPerStep = ({ batch, time }) => batch * time
