import { expect, test } from 'vitest'
import {
  adam,
  decodeModel,
  encodeModel,
  evaluate,
  generate,
  languageModel,
  lstm,
  setParameters,
  text,
  train,
  type Backend,
  type LanguageModel,
} from 'unrolled'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { caught } from './caught.ts'

const book = text('the quick brown fox jumps over the lazy dog. '.repeat(12))
const make = (): LanguageModel => languageModel(book, { cell: lstm, hidden: 6, seed: 1 })
const options = { batch: 4, unroll: 10, optimizer: adam({ lr: 1e-2 }) }

const values = ({ parameters }: LanguageModel): Map<string, number[]> =>
  new Map(Object.entries(parameters).map(([name, { data }]) => [name, [...data]]))

/** The reference backend as one whose memory takes waiting to read. */
function withoutReadSync(): Backend {
  const { readSync: _, ...backend } = createReferenceBackend()
  return backend
}

test.each<[string, string | Backend]>([
  ['native or wasm', 'wasm'],
  ['reference', 'reference'],
  ['a backend that cannot read at once', withoutReadSync()],
])('whoever reads a model inside the loop sees the last update: %s', async (_, backend) => {
  const model = make()
  const first = values(model)
  let seen = 0
  for await (const { event, step } of train(model, book, { ...options, backend, steps: 6 })) {
    if (event !== 'step' || step % 2 === 1) continue
    seen++
    const twin = make()
    await train(twin, book, { ...options, backend, steps: step }).finish()
    expect(values(model)).toEqual(values(twin))
    expect(values(model)).not.toEqual(first)
    const decoded = decodeModel(encodeModel(model)) as LanguageModel
    expect(values(decoded)).toEqual(values(twin))
    expect(decoded.record).toMatchObject({ steps: step })
    expect(model.record).toMatchObject({ steps: step })
    const engine = typeof backend === 'string' ? { backend } : {}
    expect((await evaluate(model, book, engine)).loss).toBe((await evaluate(twin, book, engine)).loss)
    const written = async (from: LanguageModel): Promise<string> => {
      let all = ''
      for await (const piece of generate(from, 'the ', { length: 20, seed: 1, ...engine })) all += piece
      return all
    }
    expect(await written(model)).toBe(await written(twin))
  }
  expect(seen).toBe(3)
})

test('a model is a plain value again when its run has ended, however that came about', async () => {
  const stop = new AbortController()
  stop.abort()
  const ways: readonly ((model: LanguageModel) => Promise<unknown>)[] = [
    (model) => train(model, book, { ...options, steps: 2 }).finish(),
    async (model) => {
      for await (const event of train(model, book, options)) if (event.step === 2) break
    },
    (model) => train(model, book, { ...options, signal: stop.signal }).finish(),
    (model) => caught(() => train(model, book, { ...options, optimizer: adam({ lr: 3e38 }), clip: false }).finish()),
  ]
  for (const way of ways) {
    const model = make()
    await way(model)
    const property = Object.getOwnPropertyDescriptor(model, 'parameters')!
    expect(property).toMatchObject({ writable: true, enumerable: true, configurable: true })
    expect(Object.keys(property.value as object)).toEqual(Object.keys(make().parameters))
    expect(Object.getOwnPropertyDescriptor(model, 'record')).toMatchObject({ writable: true, enumerable: true })
    setParameters(model, make().parameters as never)
    expect(values(model)).toEqual(values(make()))
  }
})

test('values read in the loop stay as they were read', async () => {
  const model = make()
  const kept: unknown[] = []
  for await (const { event } of train(model, book, { ...options, steps: 3 }))
    if (event === 'step') kept.push(model.parameters, model.parameters)
  expect(kept[0]).toBe(kept[1])
  expect(kept[0]).not.toBe(kept[2])
  expect(kept[0]).not.toEqual(kept[2])
})

test('a record tells of the last run alone, and keeps what others wrote into it', async () => {
  const model = make()
  model.record = { files: ['fox.txt'] }
  await train(model, book, { ...options, steps: 4, validation: 0.2, validateEvery: 2 }).finish()
  expect(model.record).toMatchObject({ files: ['fox.txt'], steps: 4, validationLoss: expect.any(Number) })
  await train(model, book, { ...options, steps: 3 }).finish()
  expect(model.record).toMatchObject({ files: ['fox.txt'], steps: 3 })
  expect(model.record).not.toHaveProperty('validationLoss')
})
