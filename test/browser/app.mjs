// What a user's page does: learn a text, go on writing it, keep the model and load it again. Runs in Node as well.
import { decodeModel, encodeModel, generate, languageModel, lstm, text, train } from 'unrolled'

const words = 'it was the best of times, it was the worst of times, it was the age of wisdom, '
const book = text(words.repeat(20))

const written = async (/** @type {AsyncIterable<string>} */ pieces) => {
  let all = ''
  for await (const piece of pieces) all += piece
  return all
}

/**
 * Everything that came out, as plain JSON; the same wherever the same kernels run, on however many threads.
 * @param {{ kernels?: string, threads?: number }} engine
 */
export async function learn({ kernels, threads }) {
  // In Node another would be the default.
  const engine = { backend: 'wasm', kernels, threads }
  const model = languageModel(book, { cell: lstm, hidden: 32, layers: 2, dropout: 0.1, seed: 3 })
  const losses = []
  const run = train(model, book, { batch: 8, unroll: 20, steps: 12, ...engine })
  let ran = {}
  for await (const event of run) {
    if (event.event === 'step') losses.push(event.loss)
    if (event.event === 'done') ran = { backend: event.backend, kernels: event.kernels, threads: event.threads }
  }
  const bytes = encodeModel(model)
  const loaded = decodeModel(bytes)
  const options = { length: 60, seed: 4, ...engine }
  return {
    ran,
    result: {
      losses,
      text: await written(generate(model, 'it was ', options)),
      again: await written(generate(loaded, 'it was ', options)),
      weights: Object.fromEntries(Object.entries(loaded.parameters).map(([name, { data }]) => [name, [...data]])),
      bytes: bytes.length,
    },
  }
}
