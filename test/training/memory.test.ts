import { expect, test } from 'vitest'
import { adam, languageModel, lstm, memoryStore, text, train, type Backend, type TrainingOptions } from 'unrolled'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { caught } from './caught.ts'

const book = text('the quick brown fox jumps over the lazy dog. '.repeat(12))
const options: TrainingOptions = { batch: 4, unroll: 10, steps: 4, validation: 0.2, validateEvery: 2 }

/** A backend that knows which memory and which programs it was not given back. */
function counting(): { backend: Backend; kept: Set<unknown>; made: () => number } {
  const backend = createReferenceBackend()
  const kept = new Set<unknown>()
  let made = 0
  const counted: Backend = {
    ...backend,
    allocate(floats) {
      const memory = backend.allocate(floats)
      kept.add(memory)
      made++
      return memory
    },
    free(memory) {
      kept.delete(memory)
      backend.free(memory)
    },
    async compile(program, options) {
      const executable = await backend.compile(program, options)
      const give = executable.dispose.bind(executable)
      kept.add(executable)
      made++
      return Object.assign(executable, {
        dispose() {
          kept.delete(executable)
          give()
        },
      })
    },
  }
  return { backend: counted, kept, made: () => made }
}

test.each<[string, (run: ReturnType<typeof train>) => Promise<unknown>, TrainingOptions]>([
  ['by its limit', (run) => run.finish(), {}],
  [
    'by a loop that breaks',
    async (run) => {
      for await (const { event } of run) if (event === 'validation') break
    },
    {},
  ],
  ['by its signal', (run) => run.finish(), { signal: AbortSignal.abort() }],
  ['by numbers that explode', (run) => caught(() => run.finish()), { optimizer: adam({ lr: 3e38 }), clip: false }],
  [
    'by a store that fails',
    (run) => expect(run.finish()).rejects.toThrow('full'),
    {
      checkpoint: {
        ...memoryStore(),
        writeResume: () => Promise.reject(new Error('full')),
      },
    },
  ],
])('a run gives back all memory and programs when it ends %s', async (_, end, more) => {
  const { backend, kept, made } = counting()
  await end(train(languageModel(book, { cell: lstm, hidden: 4, seed: 1 }), book, { ...options, ...more, backend }))
  expect(made()).toBeGreaterThan(0)
  expect(kept.size).toBe(0)
})
