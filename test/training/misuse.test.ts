import { expect, test, vi } from 'vitest'
import {
  dropout,
  gru,
  languageModel,
  memoryStore,
  recurrent,
  setParameters,
  text,
  train,
  type LanguageModel,
  type TrainingOptions,
} from 'unrolled'
import { layerFrom } from '../../src/layers/index.ts'
import { collected } from '../collected.ts'
import { caught } from './caught.ts'

const book = text('the quick brown fox jumps over the lazy dog. '.repeat(6))
const make = (): LanguageModel => languageModel(book, { cell: gru, hidden: 4, seed: 1 })
const options: TrainingOptions = { batch: 2, unroll: 8, steps: 4 }

test('a second loop over a run is an error', async () => {
  const run = train(make(), book, options)
  for await (const { step } of run) if (step === 2) break
  const error = await caught(async () => {
    for await (const event of run) expect.unreachable(event.event)
  })
  expect(error.code).toBe('misuse')
  expect(error.message).toContain('taken already')
})

test('finish after break is an error, and so is a second finish', async () => {
  const run = train(make(), book, options)
  for await (const { step } of run) if (step === 1) break
  expect((await caught(() => run.finish())).code).toBe('misuse')
  const other = train(make(), book, options)
  await other.finish()
  expect((await caught(() => other.finish())).code).toBe('misuse')
})

test('a run awaited without finish is an error', async () => {
  const model = make()
  const { parameters } = model
  const error = await caught(async () => {
    await (train(model, book, options) as unknown as Promise<void>)
  })
  expect(error.code).toBe('misuse')
  expect(error.message).toContain('await train(...).finish()')
  expect(model.parameters).toBe(parameters)
})

test('the same model in two runs at once is an error; the first goes on', async () => {
  const model = make()
  let steps = 0
  for await (const { event } of train(model, book, options)) {
    if (event !== 'step') continue
    steps++
    const error = await caught(() => train(model, book, options).finish())
    expect(error.code).toBe('misuse')
    expect(error.message).toContain('this languageModel is being trained by another run')
  }
  expect(steps).toBe(4)
  await train(model, book, options).finish()
})

test('setParameters during a run is an error', async () => {
  const model = make()
  const given = { ...model.parameters }
  for await (const { event } of train(model, book, options)) {
    if (event !== 'step') continue
    const error = await caught(() => setParameters(model, given))
    expect(error.code).toBe('misuse')
    expect(error.message).toContain('the model is being trained')
  }
  setParameters(model, given)
  expect(Object.entries(model.parameters)).toEqual(Object.entries(given))
})

test.each<[string, (model: LanguageModel) => unknown, string]>([
  ['data and model exchanged', (model) => train(book as never, model as never), 'the data comes second'],
  ['a bare array', (model) => train(model, [[1], [2]] as never), 'make it data with sequences'],
  ['a string', (model) => train(model, 'words' as never), 'make it data with text(string)'],
  [
    'data that is a promise',
    (model) => train(model, Promise.resolve(book) as never),
    'the data is a promise; await it',
  ],
  ['a model that is a promise', (model) => train(Promise.resolve(model) as never, book), 'it is a promise: await it'],
])('%s is refused at once', async (_, start, message) => {
  expect((await caught(() => start(make()))).message).toContain(message)
})

test('JSON of a model says that its weights are not in it', () => {
  const model = make()
  const said = JSON.parse(JSON.stringify({ model })) as { model: Record<string, unknown> }
  expect(said.model).toMatchObject({ kind: 'languageModel', seed: 1, weights: expect.stringContaining('saveModel') })
  const shapes = Object.fromEntries(Object.entries(model.parameters).map(([name, { shape }]) => [name, shape]))
  expect(said.model['parameters']).toEqual(shapes)
  expect(Object.keys(model)).not.toContain('toJSON')
})

test('no threads at all are refused', async () => {
  const error = await caught(() => train(make(), book, { ...options, threads: 0 }).finish())
  expect(error.message).toContain('threads is 0; it must be a whole number, at least 1')
})

test('dropout between layers, of which there is one, is refused; files that have it are read', async () => {
  const one = { cell: gru, input: 2, hidden: 3, layers: 1 }
  expect((await caught(() => recurrent({ ...one, dropout: 0.2 }))).message).toContain('there is one')
  expect(dropout({ size: 3, rate: 0.2 }).outputs['output']!.columns).toBe(3)
  const { description } = recurrent(one)
  expect(layerFrom({ ...description, dropout: 0.2 }).description).toEqual(description)
})

test('a run that nobody begins is told of when nobody holds it any more', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  try {
    void (() => train(make(), book, options))()
    await collected(() => warn.mock.calls.length > 0)
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('was never begun'))
  } finally {
    warn.mockRestore()
  }
})

test('a run left in the middle sets its model and its store free, and is told of', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  try {
    const model = make()
    const checkpoint = memoryStore()
    const leave = async (): Promise<void> => {
      const events = train(model, book, { ...options, checkpoint })[Symbol.asyncIterator]()
      await events.next()
    }
    await leave()
    const told = (): boolean => warn.mock.calls.some(([text]) => String(text).includes('left before its end'))
    await collected(told)
    expect(told()).toBe(true)
    expect(model.record).toMatchObject({ steps: 1 })
    await train(model, book, { ...options, checkpoint }).finish()
  } finally {
    warn.mockRestore()
  }
})
