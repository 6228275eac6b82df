/** All that a user's `train` does in a page: the state carried on, the gradient's norm and its clipping, the events. */
import { adam, languageModel, lstm, text as textOf, train } from 'unrolled'
import { asCharacters, text, textLength } from '../task.mjs'

export async function unrolled(
  /** @type {import('../cases.mjs').Case} */ c,
  /** @type {import('unrolled').EngineOptions} */ engine,
) {
  const data = textOf(asCharacters(text(textLength(c), c.vocabulary)))
  if (data.vocabulary.size !== c.vocabulary) throw new Error(`the text has ${data.vocabulary.size} symbols`)
  const model = languageModel(data, { cell: lstm, hidden: c.hidden, layers: c.layers, seed: 1 })
  const options = { batch: c.batch, unroll: c.time, optimizer: adam({ lr: 2e-3 }), ...engine }
  // What runs is said at the end of a run; this one is over after its first step, and the weights it leaves are where both begin.
  const { kernels, threads } = await train(model, data, { ...options, steps: 1 }).finish()
  const events = train(model, data, { ...options, epochs: 1e6 })[Symbol.asyncIterator]()
  return {
    about: { kernels, threads },
    model,
    async turn() {
      for (;;) {
        const { value, done } = await events.next()
        if (done) throw new Error('the run has ended')
        if (value.event === 'step') return value.loss
      }
    },
  }
}
