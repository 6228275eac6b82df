import type { Backend } from '../../src/backends/backend.ts'
import { adam, languageModel, lstm, text, train } from '../../src/index.ts'

/** The weights of a small language model after six updates on a backend, one after the other. */
export async function trained(backend: Backend, batch: number): Promise<number[]> {
  const book = text('the quick brown fox jumps over the lazy dog. '.repeat(80))
  const model = languageModel(book, { cell: lstm, hidden: 48, layers: 2, dropout: 0.1, seed: 3 })
  const options = { batch, unroll: 20, steps: 6, seed: 5, optimizer: adam({ lr: 0.01 }), backend }
  await train(model, book, options).finish()
  return Object.values(model.parameters).flatMap(({ data }) => [...data])
}
