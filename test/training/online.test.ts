import { describe, expect, test } from 'vitest'
import {
  adam,
  chain,
  cosine,
  crossEntropy,
  decodeModel,
  dropout,
  encodeModel,
  gru,
  languageModel,
  learner,
  linear,
  lstm,
  meanSquaredError,
  memoryStore,
  network,
  plateau,
  recurrent,
  recurrentDropout,
  sequences,
  setParameters,
  sgd,
  stepDecay,
  text,
  train,
  uniform,
  type Backend,
  type Learned,
  type LearningOptions,
  type Model,
  type Sequences,
  type TrainingOptions,
} from 'unrolled'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { shuffled } from '../../src/uniform.ts'
import { everyBackend } from '../every-backend.ts'
import { caught } from './caught.ts'

const items = Array.from({ length: 6 }, (_, i) => ({
  x: Array.from({ length: 5 + 4 * (i % 3) }, (_, t) => [uniform(1, i, t, 0, 0) - 0.5, uniform(1, i, t, 1, 0) - 0.5]),
  target: Array.from({ length: 5 + 4 * (i % 3) }, (_, t) => [(i + t) % 3]),
}))

/** With masks in every step, between layers and before the head. */
const make = (): Model =>
  network(
    chain({
      rnn: recurrent({ cell: recurrentDropout(lstm, { rate: 0.2 }), input: 2, hidden: 5, layers: 2, dropout: 0.1 }),
      drop: dropout({ size: 5, rate: 0.2 }),
      head: linear({ input: 5, output: 3 }),
    }),
    { loss: crossEntropy({ weights: [1, 2, 3] }), seed: 3 },
  )

const bits = ({ parameters }: Model): unknown => Object.entries(parameters).map(([name, { data }]) => [name, [...data]])

/** Batches of so many sequences, in the order in which `train` takes them. */
function* batches(passes: number, batch = 2): Generator<Sequences> {
  for (let pass = 0; pass < passes; pass++) {
    const order = shuffled(items.length, 3, pass, 'shuffle')
    for (let at = 0; at < items.length; at += batch) {
      yield sequences([...order.subarray(at, at + batch)].map((i) => items[i]!))
    }
  }
}

const optimizers = (): LearningOptions => ({
  optimizer: adam({ lr: 0.02 }),
  clip: 0.5,
  frozen: ['rnn.layers.0.forward.bi'],
  rates: { 'head.*': 2 },
})

describe.each(everyBackend)('on %s', (name, engine) => {
  test.each<[string, number, LearningOptions, TrainingOptions]>([
    ['whole sequences', 2, {}, {}],
    // All windows of a batch make one update.
    ['long ones in windows', 6, { unroll: 4 }, { unroll: 4, accumulate: 4 }],
  ])('updates are those of train, bit for bit: %s', async (_, batch, more, same) => {
    const trained = make()
    const wanted: object[] = []
    const run = train(trained, sequences(items), { ...optimizers(), batch, epochs: 2, ...engine, ...same })
    for await (const event of run) {
      if (event.event !== 'step') continue
      const { step, loss, gradientNorm, lr } = event
      wanted.push({ step, loss, gradientNorm, lr })
    }
    const model = make()
    const learning = await learner(model, { ...optimizers(), ...engine, ...more })
    const found: Learned[] = []
    for (const given of batches(2, batch)) found.push(await learning.update(given))
    expect(found).toEqual(wanted)
    expect(bits(model)).toEqual(bits(trained))
    await learning.end()
    expect(bits(model)).toEqual(bits(trained))
  })

  test('what is saved goes on elsewhere with the same bits', async () => {
    const options = { ...optimizers(), ...engine }
    const [first, second] = [[...batches(1)], [...batches(1)].reverse()]
    const whole = make()
    const through = await learner(whole, options)
    for (const batch of [...first, ...second]) await through.update(batch)
    await through.end()

    const begun = await learner(make(), options)
    for (const batch of first) await begun.update(batch)
    const bytes = await begun.save()
    await begun.end()
    const other = make()
    const gone = await learner(other, options)
    await gone.update(second[1]!)
    await gone.restore(bytes)
    expect(gone.step).toBe(3)
    for (const batch of second) await gone.update(batch)
    expect(gone.step).toBe(6)
    await gone.end()
    // Reference keeps more of a weight than a file does.
    if (name !== 'reference') expect(bits(other)).toEqual(bits(whole))
  })
})

test('a text is one stream, in windows of which each symbol but the first is a target', async () => {
  const book = text('the quick brown fox jumps over the lazy dog, and then it jumps once more. ')
  const [model, twin] = [languageModel(book, { cell: gru, hidden: 6 }), languageModel(book, { cell: gru, hidden: 6 })]
  const learning = await learner(model, { optimizer: sgd({ lr: 0.1 }) })
  const { loss } = await learning.update(book)
  await learning.end()
  const whole = { batch: 1, unroll: book.ids.length - 1, segment: 8, steps: 1, optimizer: sgd({ lr: 0.1 }) }
  const done = await train(twin, book, whole).finish()
  expect(Math.abs(loss - done.loss!)).toBeLessThan(1e-5)
})

/** A backend that counts what it compiles and allocates. */
function counting(): { backend: Backend; counted: { programs: number; kept: Set<unknown> } } {
  const backend = createReferenceBackend()
  const counted = { programs: 0, kept: new Set<unknown>() }
  return {
    counted,
    backend: {
      ...backend,
      allocate(floats) {
        const memory = backend.allocate(floats)
        counted.kept.add(memory)
        return memory
      },
      free(memory) {
        counted.kept.delete(memory)
        backend.free(memory)
      },
      async compile(program, options) {
        counted.programs++
        return backend.compile(program, options)
      },
    },
  }
}

test('nothing is compiled for a second update, and all memory is given back', async () => {
  const { backend, counted } = counting()
  const learning = await learner(make(), { backend })
  await learning.update(sequences(items.slice(0, 2)))
  const { programs } = counted
  const before = counted.kept.size
  for (const batch of batches(2)) await learning.update(batch)
  await learning.update(sequences(items.slice(0, 2)))
  expect(counted.programs).toBe(programs)
  expect(counted.kept.size).toBe(before)
  await learning.end()
  expect(counted.kept.size).toBe(0)
})

describe('while it lasts', () => {
  test('the model has the new weights after each update, and its file says how many', async () => {
    const model = make()
    const { readSync: _, ...slow } = createReferenceBackend()
    for (const backend of ['wasm', slow]) {
      const learning = await learner(model, { backend })
      const before = bits(model)
      await learning.update(sequences(items))
      expect(bits(model)).not.toEqual(before)
      const decoded = decodeModel(encodeModel(model))
      expect(bits(decoded)).toEqual(bits(model))
      expect(decoded.record).toMatchObject({ steps: 1 })
      await learning.end()
      expect(bits(decoded)).toEqual(bits(model))
    }
  })

  test('nobody else trains the model, and afterwards anybody may', async () => {
    const model = make()
    const learning = await learner(model)
    expect((await caught(() => learner(model))).code).toBe('misuse')
    expect((await caught(() => train(model, sequences(items)).finish())).code).toBe('misuse')
    expect(() => setParameters(model, {})).toThrow('the model is being trained')
    await learning.end()
    await learning.end()
    for (const call of [() => learning.update(sequences(items)), () => learning.save()]) {
      expect((await caught(call)).code).toBe('misuse')
    }
    await train(model, sequences(items), { steps: 1 }).finish()
    setParameters(model, {})
  })

  test('calls are done in turn', async () => {
    const options = { optimizer: sgd({ lr: 0.1 }), clip: false } as const
    const [model, twin] = [make(), make()]
    const one = await learner(model, options)
    const all = [...batches(1)]
    const found = await Promise.all([...all.map((batch) => one.update(batch)), one.end()])
    const other = await learner(twin, options)
    for (const [i, batch] of all.entries()) expect(await other.update(batch)).toEqual(found[i])
    await other.end()
    expect(bits(model)).toEqual(bits(twin))
  })

  test('data that does not fit changes nothing, and other data may follow', async () => {
    const [model, twin] = [make(), make()]
    const one = await learner(model)
    const [first, second] = [...batches(1)]
    await one.update(first!)
    const before = bits(model)
    expect((await caught(() => one.update(sequences([{ x: [[1], [2]], target: [[0], [1]] }])))).code).toBe('data')
    expect(bits(model)).toEqual(before)
    await one.update(second!)
    await one.end()
    const other = await learner(twin)
    await other.update(first!)
    await other.update(second!)
    await other.end()
    expect(bits(model)).toEqual(bits(twin))
  })
})

test('a loss that is no number changes nothing, and other data may follow', async () => {
  const layer = linear({ input: 1, output: 1 })
  const blown = (): Model => network(layer, { loss: meanSquaredError(), seed: 1 })
  const options = { optimizer: adam({ lr: 0.1 }), clip: false } as const
  const data = (...x: number[]): Sequences => sequences([{ x: x.map((value) => [value]), target: x.map(() => [1]) }])
  const [model, twin] = [blown(), blown()]
  const one = await learner(model, options)
  const other = await learner(twin, options)
  await one.update(data(1, 2))
  await other.update(data(1, 2))
  const error = await caught(() => one.update(data(3e38)))
  expect(error.code).toBe('non-finite')
  expect(error.message).toMatch(/^update 2: .*the loss of step 0/)
  expect(bits(model)).toEqual(bits(twin))
  expect(await one.update(data(2, 3))).toEqual(await other.update(data(2, 3)))
  expect(bits(model)).toEqual(bits(twin))
  await one.end()
  await other.end()
})

describe('what was kept', () => {
  test('by train is gone on with, its moments and masks too', async () => {
    const data = [...batches(1)]
    const whole = make()
    const through = await learner(whole, optimizers())
    for (const batch of [...data, data[0]!]) await through.update(batch)
    await through.end()
    const checkpoint = memoryStore()
    await train(make(), sequences(items), { ...optimizers(), batch: 2, epochs: 1, checkpoint }).finish()
    const model = make()
    const learning = await learner(model, optimizers())
    await learning.restore(checkpoint.resume!)
    expect(learning.step).toBe(3)
    await learning.update(data[0]!)
    await learning.end()
    expect(bits(model)).toEqual(bits(whole))
  })

  test('is no run that train could go on with', async () => {
    const learning = await learner(make())
    await learning.update(sequences(items))
    const checkpoint = memoryStore()
    await checkpoint.writeResume(await learning.save())
    await learning.end()
    const error = await caught(() => train(make(), sequences(items), { checkpoint, resume: true }).finish())
    expect(error.code).toBe('checkpoint')
    expect(error.message).toContain('of learner(), and has no data to go on with')
  })

  test('must be of this model and optimizer, else nothing changes', async () => {
    const model = make()
    const learning = await learner(model, { optimizer: sgd({ lr: 0.1 }) })
    await learning.update(sequences(items))
    const bytes = await learning.save()
    const before = bits(model)
    const other = network(linear({ input: 2, output: 3 }), { loss: crossEntropy(), seed: 3 })
    const stranger = await learner(other, { optimizer: sgd({ lr: 0.1 }) })
    expect((await caught(() => stranger.restore(bytes))).code).toBe('checkpoint')
    await stranger.end()
    const restless = await learner(make())
    expect((await caught(() => restless.restore(bytes))).message).toContain('optimizer is adam, in the stored run sgd')
    await restless.end()
    const damaged = bytes.slice()
    damaged[damaged.length - 5]! ^= 1
    expect((await caught(() => learning.restore(damaged))).code).toBe('file')
    expect(bits(model)).toEqual(before)
    expect(learning.step).toBe(1)
    await learning.end()
  })
})

describe('options', () => {
  const refusal = async (options: object, of: Model = make()): Promise<string> =>
    (await caught(() => learner(of, options as LearningOptions))).message

  test('are held against what there is', async () => {
    expect(await refusal({ epochs: 3 })).toContain('there is no option epochs; did you mean as many calls of update')
    expect(await refusal({ lr: 3 })).toContain('optimizer: adam({ lr })')
    expect(await refusal({ unroll: 0 })).toContain('learner: unroll is 0')
    expect(await refusal({ seed: -1 })).toContain('learner: seed is -1')
    expect(await refusal({ frozen: ['hed.*'] })).toContain('frozen')
    expect(await refusal({ optimizer: sgd({ lr: plateau({ from: 1 }) }) })).toContain('the schedule plateau goes by')
    expect(await refusal({}, text('ab') as unknown as Model)).toContain('learner: the first argument must be a model')
    // What was refused holds nothing.
    const model = make()
    await refusal({ optimizer: sgd({ lr: plateau({ from: 1 }) }) }, model)
    await (await learner(model)).end()
  })

  test('a schedule takes an update for a pass; of one that needs an end, it is said', async () => {
    const one = await learner(make(), { optimizer: sgd({ lr: stepDecay({ from: 1, factor: 0.5, every: 2 }) }) })
    const rates: number[] = []
    for (const batch of batches(2)) rates.push((await one.update(batch)).lr)
    expect(rates).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25])
    await one.end()
    const other = await learner(make(), { optimizer: sgd({ lr: cosine({ from: 1 }) }) })
    expect((await caught(() => other.update(sequences(items)))).message).toContain('say it as over')
    await other.end()
  })

  test('a layer that looks ahead takes whole sequences', async () => {
    const both = network(
      chain({
        rnn: recurrent({ cell: gru, input: 2, hidden: 3, bidirectional: true }),
        head: linear({ input: 6, output: 3 }),
      }),
      { loss: crossEntropy() },
    )
    const learning = await learner(both, { unroll: 6 })
    expect((await caught(() => learning.update(sequences(items)))).message).toContain('here at least 13')
    expect((await learning.update(sequences(items.slice(0, 1)))).step).toBe(1)
    await learning.end()
  })
})
