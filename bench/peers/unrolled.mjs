/**
 * Unrolled itself, by its public name: node peers/unrolled.mjs '{case}'. UNROLLED_BACKEND and UNROLLED_KERNELS say what runs.
 *
 * The whole of what a user's `train` does is measured: the state carried from window to window, the gradient's norm and its
 * clipping, the events.
 */
import { createRequire } from 'node:module'
import * as unrolled from 'unrolled'
import { text } from '../task.mjs'
import { serve } from './serve.mjs'

const { version } = createRequire(import.meta.url)('unrolled/package.json')
const cells = { lstm: 'lstm', gru: 'gruResetAfter', rnn: 'rnn' }

await serve(async ({ cell, layers, hidden, batch, time, vocabulary }) => {
  const { adam, describeProgram, languageModel, productRate, train } = unrolled
  const symbols = text(batch * (50 * time + 1), vocabulary)
  const data = unrolled.text(Array.from(symbols, (symbol) => String.fromCharCode(48 + symbol)).join(''))
  if (data.vocabulary.size !== vocabulary) throw new Error(`the text has ${data.vocabulary.size} symbols`)
  const model = languageModel(data, { cell: unrolled[cells[cell]], hidden, layers, seed: 1 })
  const options = { batch, unroll: time, optimizer: adam({ lr: 2e-3 }) }
  const { backend, kernels, threads } = await train(model, data, { ...options, steps: 1 }).finish()
  const { operations } = await describeProgram(model, { time, batch })
  const events = train(model, data, { ...options, epochs: 1e6 })[Symbol.asyncIterator]()
  return {
    about: {
      version,
      threads,
      kernels: kernels === backend ? backend : `${backend} ${kernels}`,
      operationsPerStep: operations,
    },
    product: () => productRate({ milliseconds: 300 }),
    characters: batch * time,
    async turn() {
      for (;;) {
        const { value, done } = await events.next()
        if (done) throw new Error('the run has ended')
        if (value.event === 'step') return value.loss
      }
    },
  }
})
