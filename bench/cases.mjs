import { cores } from './machine.mjs'

/**
 * What is measured: a model of `layers` recurrent layers of `hidden` units over an embedding as wide, and a linear layer to the
 * vocabulary; `batch` sequences of `time` symbols. `train` is a whole training step (softmax cross-entropy, Adam), `forward` the
 * logits of whole sequences, `step` the logits of one symbol with the states kept; `product` the products that training of such a
 * model does, by how many rows they have. `pace` makes rounds shorter, `page` says that it runs in a browser. `install` is no
 * model: the package is installed.
 * @typedef {{ kind: 'train' | 'forward' | 'step' | 'product' | 'install', series: string, name: string, cell: 'lstm' | 'gru' | 'rnn',
 *   layers: number, hidden: number, batch: number, time: number, vocabulary: number, eachThreads?: boolean, pace?: number,
 *   page?: { threads: number, isolated: boolean } }} Case
 */

/** @returns {Case} */
const makeCase = (kind, cell, layers, hidden, batch, time, more = {}) => ({
  kind,
  series: kind,
  name: `${cell}-${layers}x${hidden}`,
  cell,
  layers,
  hidden,
  batch,
  time,
  vocabulary: 65,
  ...more,
})

const train = [
  makeCase('train', 'lstm', 1, 64, 16, 32),
  makeCase('train', 'lstm', 2, 128, 50, 50),
  makeCase('train', 'lstm', 2, 256, 64, 64),
  makeCase('train', 'lstm', 2, 512, 64, 64),
  makeCase('train', 'gru', 2, 256, 64, 64),
  makeCase('train', 'rnn', 2, 256, 64, 64),
]

// Many cases, of which none counts in what must be shown: their rounds are half as long.
const pace = 0.5
const growth = [
  ...[32, 64, 128, 256, 512, 1024].map((hidden) =>
    makeCase('train', 'lstm', 2, hidden, 32, 32, { series: 'hidden', name: `hidden-${hidden}`, pace }),
  ),
  ...[16, 32, 64, 128, 256, 512].map((time) =>
    makeCase('train', 'lstm', 2, 128, 32, time, { series: 'length', name: `length-${time}`, pace }),
  ),
  ...[256, 512].map((hidden) =>
    makeCase('train', 'lstm', 2, hidden, 64, 64, {
      series: 'threads',
      name: `threads-lstm-2x${hidden}`,
      eachThreads: true,
    }),
  ),
]

const products = [128, 256, 512].map((hidden) =>
  makeCase('product', 'lstm', 2, hidden, 1, 16, { series: 'products', name: `products-${hidden}x${4 * hidden}` }),
)

const browser = [
  { name: 'browser-lstm-2x128', page: { threads: 1, isolated: false } },
  { name: 'browser-lstm-2x128-isolated', page: { threads: cores, isolated: true } },
].map((more) => makeCase('train', 'lstm', 2, 128, 50, 50, { series: 'browser', ...more }))

/** The tables there are, by name. */
export const tables = {
  train,
  forward: [makeCase('forward', 'lstm', 2, 128, 50, 50), makeCase('forward', 'lstm', 2, 512, 50, 50)],
  step: [makeCase('step', 'lstm', 2, 128, 1, 1), makeCase('step', 'lstm', 2, 512, 1, 1)],
  growth,
  products,
  browser,
  install: [makeCase('install', 'lstm', 0, 0, 0, 0, { series: 'install', name: 'install' })],
}

/** A case in words. */
export const caseTitle = ({ kind, cell, layers, hidden, batch, time, page }) =>
  [
    `${cell.toUpperCase()} ${layers}×${hidden}`,
    kind === 'step' ? 'one step, batch 1' : `batch ${batch}, ${time} steps`,
    ...(page ? [page.isolated ? 'in an isolated page' : 'in a page without isolation'] : []),
  ].join(', ')

const gates = { lstm: 4, gru: 3, rnn: 1 }

/**
 * Floating-point operations of the matrix products as the equations say them, a multiply-add counted as two: forward, and in
 * training backward to the inputs and backward to the weights. Pointwise work, the embedding's look-up and Adam are not counted,
 * and nobody is given less for finding a shorter way.
 * @param {Case} c
 */
export function operations({ kind, cell, layers, hidden, batch, time, vocabulary }) {
  const weights = layers * gates[cell] * hidden * (hidden + hidden) + hidden * vocabulary
  return (kind === 'train' ? 6 : 2) * batch * time * weights
}

/** Symbols that go through the model in one turn. */
export const characters = ({ batch, time }) => batch * time
