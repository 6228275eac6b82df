import { expect, test } from 'vitest'
import {
  adam,
  cosine,
  languageModel,
  lstm,
  memoryStore,
  plateau,
  sgd,
  text,
  train,
  zoneout,
  type LanguageModel,
  type TrainingOptions,
} from 'unrolled'

const book = text(
  'It was a dark and stormy night; the rain fell in torrents, except at occasional intervals. '.repeat(12),
)

const model = (): LanguageModel =>
  languageModel(book, { cell: zoneout(lstm, 0.1), hidden: 9, layers: 2, dropout: 0.2, seed: 3 })

const weights = ({ parameters }: LanguageModel): string =>
  JSON.stringify(Object.entries(parameters).map(([name, { data }]) => [name, [...data]]))

const settings: Record<string, TrainingOptions> = {
  'windows side by side': { unroll: 8, optimizer: adam({ lr: cosine({ from: 1e-2, warmup: 3 }) }) },
  'overlapping windows': {
    unroll: 12,
    every: 5,
    optimizer: sgd({ lr: plateau({ from: 0.1, patience: 1 }), momentum: 0.9 }),
  },
  'checkpointed windows': { unroll: 40, segment: 16, every: 30, optimizer: adam() },
}

for (const [name, options] of Object.entries(settings)) {
  test(`a run stopped anywhere and gone on with has the bits of one that never stopped: ${name}`, async () => {
    const all = { batch: 6, steps: 17, validation: 0.2, validateEvery: 4, seed: 5, ...options }
    const whole = model()
    const last = await train(whole, book, all).finish()
    for (const stop of [1, 6, 8, 13]) {
      const checkpoint = memoryStore()
      const first = model()
      for await (const { event, step } of train(first, book, { ...all, checkpoint }))
        if (event === 'step' && step === stop) break
      const second = model()
      const run = train(second, book, { ...all, checkpoint, resume: true })
      const done = await run.finish()
      expect(done.validationLoss).toBe(last.validationLoss)
      expect(done.loss).toBe(last.loss)
      expect(weights(second)).toBe(weights(whole))
    }
  })
}

test('a checkpointed window gives the bits of the whole window', async () => {
  const run = async (segment: number): Promise<string> => {
    const trained = model()
    await train(trained, book, { batch: 4, unroll: 100, segment, steps: 3 }).finish()
    return weights(trained)
  }
  expect(await run(24)).toBe(await run(104))
})
