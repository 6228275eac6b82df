import { describe, expect, test } from 'vitest'
import {
  adam,
  decodeModel,
  evaluate,
  languageModel,
  lstm,
  memoryStore,
  sgd,
  text,
  train,
  type CheckpointStore,
  type LanguageModel,
  type TrainingOptions,
} from 'unrolled'
import { caught } from './caught.ts'

const book = text('the quick brown fox jumps over the lazy dog. '.repeat(12))
const make = (): LanguageModel => languageModel(book, { cell: lstm, hidden: 6, seed: 1 })
const options: TrainingOptions = { batch: 4, unroll: 10, optimizer: adam({ lr: 1e-2 }) }
const validated = { validation: 0.2, validateEvery: 4 }
const exploding = { optimizer: adam({ lr: 3e38 }), clip: false } as const

type Store = ReturnType<typeof memoryStore>

const files = ({ model, resume }: Store) => ({ model: model && [...model], resume: resume && [...resume] })

/** A store that holds a run of 20 updates. */
async function trained(more: TrainingOptions = {}): Promise<Store> {
  const checkpoint = memoryStore()
  await train(make(), book, { ...options, ...more, steps: 20, checkpoint }).finish()
  expect(checkpoint.model).toBeDefined()
  expect(checkpoint.resume).toBeDefined()
  return checkpoint
}

const lossOf = async ({ model }: Store): Promise<number> =>
  (await evaluate(decodeModel(model!) as LanguageModel, book)).loss

describe('a store that holds a run', () => {
  test('is not trained into unless resume says what is wanted', async () => {
    const checkpoint = await trained()
    const before = files(checkpoint)
    const error = await caught(() => train(make(), book, { ...options, checkpoint }).finish())
    expect(error.code).toBe('checkpoint')
    expect(error.message).toContain('resume: true goes on with it, resume: false begins anew')
    expect(files(checkpoint)).toEqual(before)
  })

  test.each<[string, (model: LanguageModel, all: TrainingOptions) => Promise<unknown>]>([
    [
      'broken off at the first event',
      async (model, all) => {
        for await (const event of train(model, book, all)) if (event) break
      },
    ],
    ['aborted beforehand', (model, all) => train(model, book, { ...all, signal: AbortSignal.abort() }).finish()],
    ['diverging', (model, all) => caught(() => train(model, book, { ...all, ...exploding }).finish())],
    [
      'thrown out of its loop at once',
      async (model, all) => {
        const away = async (): Promise<void> => {
          for await (const event of train(model, book, all)) throw new Error(event.event)
        }
        await expect(away()).rejects.toThrow('step')
      },
    ],
  ])('stays as it was when a new one is %s', async (_, start) => {
    for (const more of [{}, validated]) {
      const checkpoint = await trained(more)
      const before = files(checkpoint)
      await start(make(), { ...options, ...more, steps: 30, checkpoint, resume: false })
      expect(files(checkpoint)).toEqual(before)
    }
  })

  test('is replaced by a new one that gets somewhere', async () => {
    const checkpoint = await trained()
    const before = await lossOf(checkpoint)
    await train(make(), book, { ...options, steps: 60, checkpoint, resume: false }).finish()
    expect(await lossOf(checkpoint)).toBeLessThan(before)
  })

  test('is not taken for empty where only a model is there', async () => {
    const { model } = await trained()
    const checkpoint: CheckpointStore = {
      readResume: async () => undefined,
      hasModel: async () => true,
      writeModel: async () => expect.unreachable(),
      writeResume: async () => expect.unreachable(),
    }
    expect(model).toBeDefined()
    for (const resume of [undefined, true]) {
      const all = { ...options, checkpoint, ...(resume && { resume }) }
      const error = await caught(() => train(make(), book, all).finish())
      expect(error.message).toContain('holds a model, but no run')
    }
  })

  test('begins where nothing is held, though resume is true', async () => {
    const checkpoint = memoryStore()
    await train(make(), book, { ...options, steps: 2, checkpoint, resume: true }).finish()
    expect(decodeModel(checkpoint.model!).record).toMatchObject({ steps: 2 })
  })
})

describe('a model is written', () => {
  const counting = () => {
    const store = memoryStore()
    const written: Record<string, unknown>[] = []
    const checkpoint: CheckpointStore = {
      ...store,
      async writeModel(bytes) {
        written.push(decodeModel(bytes).record)
        await store.writeModel(bytes)
      },
    }
    return { checkpoint, written }
  }

  test('only when it is better than what the run wrote before', async () => {
    const { checkpoint, written } = counting()
    // At this rate it goes up and down; in float64, so that it does so everywhere alike.
    const all = { ...options, ...validated, optimizer: adam({ lr: 1 }), steps: 40, checkpoint, backend: 'reference' }
    const best: number[] = []
    for await (const event of train(make(), book, all))
      if (event.event === 'validation' && event.best) best.push(event.step)
    expect(written.map(({ steps }) => steps)).toEqual(best)
    const losses = written.map(({ validationLoss }) => validationLoss as number)
    expect(losses).toEqual([...losses].sort((a, b) => b - a))
    expect(best.length).toBeLessThan(10)
  })

  test('at the end, where nothing is validated and updates were made', async () => {
    const { checkpoint, written } = counting()
    for await (const { step } of train(make(), book, { ...options, checkpoint })) if (step === 3) break
    expect(written).toMatchObject([{ steps: 3 }])
    const none = counting()
    await train(make(), book, { ...options, steps: 0, checkpoint: none.checkpoint }).finish()
    expect(none.written).toEqual([])
  })
})

describe('a failure is not saved', () => {
  test('a run that explodes leaves the last good checkpoint, and can be gone on with', async () => {
    for (const more of [{}, validated]) {
      const checkpoint = await trained(more)
      const before = files(checkpoint)
      const all = { ...options, ...more, ...exploding, steps: 30, checkpoint, resume: true, checkpointEveryMs: 1e9 }
      const error = await caught(() => train(make(), book, all).finish())
      expect(error.code).toBe('non-finite')
      expect(files(checkpoint)).toEqual(before)
      const done = await train(make(), book, { ...options, ...more, steps: 25, checkpoint, resume: true }).finish()
      expect(done.step).toBe(25)
    }
  })

  test('numbers that are not finite are never saved, even right after the update that made them', async () => {
    const checkpoint = memoryStore()
    await train(make(), book, { ...options, steps: 3, checkpoint }).finish()
    const before = files(checkpoint)
    const all = { ...options, optimizer: adam({ lr: 3e38, eps: 1e-30 }), clip: false, checkpoint } as const
    const error = await caught(() => train(make(), book, { ...all, resume: true, steps: 4 }).finish())
    expect(error.code).toBe('non-finite')
    expect(files(checkpoint)).toEqual(before)
  })

  test.each<[string, TrainingOptions, string]>([
    ['batch', { batch: 5 }, 'batch is 5, in the stored run 4'],
    ['unroll', { unroll: 9 }, 'unroll is 9, in the stored run 10'],
    ['the optimizer', { optimizer: sgd() }, 'optimizer is sgd, in the stored run adam'],
    ['validation', { validation: 0.2 }, 'validation is 0.2, in the stored run 0'],
    ['accumulation', { accumulate: 2 }, 'accumulate is 2, in the stored run 1'],
    ['seed', { seed: 9 }, 'seed is 9, in the stored run 1'],
  ])('a run refused for another %s says so and writes nothing', async (_, other, message) => {
    const checkpoint = await trained()
    const before = files(checkpoint)
    const model = make()
    const parameters = model.parameters
    const error = await caught(() => train(model, book, { ...options, ...other, checkpoint, resume: true }).finish())
    expect(error.code).toBe('checkpoint')
    expect(error.message).toContain(message)
    expect(error.message).toContain('resume: false')
    expect(files(checkpoint)).toEqual(before)
    expect(model.parameters).toBe(parameters)
  })

  test('another text or another model is named', async () => {
    const checkpoint = await trained()
    const other = text(`${book.string}dog.`, { vocabulary: book.vocabulary })
    const longer = await caught(() => train(make(), other, { ...options, checkpoint, resume: true }).finish())
    expect(longer.message).toContain('the data is not that of the stored run')
    const wide = languageModel(book, { cell: lstm, hidden: 7, seed: 1 })
    const wider = await caught(() => train(wide, book, { ...options, checkpoint, resume: true }).finish())
    expect(wider.message).toMatch(/model\.\S* is 7, in the stored run 6/)
  })

  test('where the store fails the error is its own, and the model keeps its weights', async () => {
    for (const failing of ['writeResume', 'writeModel'] as const) {
      const checkpoint: CheckpointStore = {
        ...memoryStore(),
        [failing]: async () => {
          throw new Error('the tape is torn')
        },
      }
      const model = make()
      const twin = make()
      await train(twin, book, { ...options, steps: 3 }).finish()
      const error = await caught(() => train(model, book, { ...options, steps: 3, checkpoint }).finish())
      expect(error.code).toBe('checkpoint')
      expect(error.message).toContain('the tape is torn')
      expect(Object.entries(model.parameters)).toEqual(Object.entries(twin.parameters))
    }
  })

  test('what is thrown in the loop comes out as it is, and the run is kept', async () => {
    const checkpoint = memoryStore()
    const loop = async (): Promise<void> => {
      for await (const { step } of train(make(), book, { ...options, checkpoint }))
        if (step === 2) throw new Error('mine')
    }
    await expect(loop()).rejects.toThrow('mine')
    expect(decodeModel(checkpoint.resume!).record).toMatchObject({ steps: 2 })
  })
})

test('a store in memory is held by one run at a time', async () => {
  const checkpoint = memoryStore()
  for await (const { step } of train(make(), book, { ...options, checkpoint })) {
    const error = await caught(() => train(make(), book, { ...options, checkpoint, resume: true }).finish())
    expect(error.message).toContain('another run is being kept in this store')
    if (step === 2) break
  }
  await train(make(), book, { ...options, checkpoint, resume: true, steps: 3 }).finish()
})

test.each<[unknown, string]>([
  ['runs/x', "checkpoint is 'runs/x'; it must be a store: directory('runs/x') of unrolled/node"],
  [{}, 'checkpoint is an object; it must be a store'],
  [{ writeModel() {}, writeResume() {} }, 'it must be a store'],
])('what is no store is refused at once: %j', async (checkpoint, message) => {
  const error = await caught(() => train(make(), book, { ...options, checkpoint } as never))
  expect(error.code).toBe('option')
  expect(error.message).toContain(message)
})

test('resume without a checkpoint is refused at once', async () => {
  const error = await caught(() => train(make(), book, { resume: true }))
  expect(error.message).toBe('train: resume needs a checkpoint to go on from')
})
