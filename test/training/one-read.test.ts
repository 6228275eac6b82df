import { describe, expect, test } from 'vitest'
import {
  crossEntropy,
  chain,
  embedding,
  linear,
  lstm,
  network,
  recurrent,
  sequences,
  text,
  languageModel,
  memoryStore,
  train,
  type Backend,
  type Model,
  type Sequences,
  type Text,
  type TrainingOptions,
} from 'unrolled'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'

/** A backend that counts what is waited for. */
function counting(): { backend: Backend; reads: () => number } {
  const backend = createReferenceBackend()
  let reads = 0
  const counted: Backend = {
    ...backend,
    read(...given) {
      reads++
      return backend.read(...given)
    },
    readSync(...given) {
      reads++
      backend.readSync!(...given)
    },
  }
  return { backend: counted, reads: () => reads }
}

const book = text('the quick brown fox jumps over the lazy dog. '.repeat(20))
const writer = (): Model => languageModel(book, { cell: lstm, hidden: [5, 4], seed: 1 })

const uneven = sequences(
  [19, 40, 7, 24].map((length) => ({
    x: Array.from({ length }, (_, t) => t % 3),
    target: Array.from({ length }, (_, t) => [t % 2]),
  })),
)
const tagger = (): Model =>
  network(
    chain({
      embed: embedding({ symbols: 3, size: 2 }),
      rnn: recurrent({ cell: lstm, input: 2, hidden: 3 }),
      head: linear({ input: 3, output: 2 }),
    }),
    { loss: crossEntropy({ weights: [1, 2] }), seed: 1 },
  )

describe('an update awaits one read for each of its windows, whatever is carried on', () => {
  test.each<[string, () => Model, Text | Sequences, TrainingOptions, number]>([
    ['window after window', writer, book, { batch: 4, unroll: 10 }, 1],
    ['windows that overlap', writer, book, { batch: 4, unroll: 10, every: 3 }, 1],
    ['windows in segments', writer, book, { batch: 4, unroll: 16, segment: 8 }, 1],
    ['sequences of several lengths', tagger, uneven, { batch: 2, unroll: 8 }, 1],
    ['windows that make an update together', writer, book, { batch: 4, unroll: 10, accumulate: 3 }, 3],
  ])('%s', async (_, model, data, options, windows) => {
    const { backend, reads } = counting()
    const run = train(model(), data, { ...options, steps: 7, backend })
    let before = 0
    let updates = 0
    for await (const { event } of run) {
      if (event !== 'step') continue
      expect(reads() - before).toBe(windows)
      before = reads()
      updates++
    }
    expect(updates).toBe(7)
  })

  test('a save reads what it keeps', async () => {
    const { backend, reads } = counting()
    const checkpoint = memoryStore()
    await train(writer(), book, { batch: 4, unroll: 10, steps: 3, checkpoint, backend }).finish()
    // Beside three updates: the parameters, the states in one, and two moments.
    expect(reads()).toBe(3 + 1 + 1 + 2)
  })
})
