// What of a learner follows where nothing is said, and what its options change.
import { describe, expect, test, vi } from 'vitest'
import {
  adam,
  chain,
  crossEntropy,
  dropout,
  embedding,
  gru,
  languageModel,
  learner,
  linear,
  meanSquaredError,
  memoryStore,
  network,
  recurrent,
  sequences,
  setParameters,
  sgd,
  stepDecay,
  text,
  train,
  type LearningOptions,
  type Model,
  type Schedule,
  type Sequences,
} from 'unrolled'
import { caught } from './caught.ts'
import { collected } from '../collected.ts'

const bits = ({ parameters }: Model): string =>
  Object.values(parameters)
    .map(({ data }) => data.join())
    .join()

const make = (seed = 1): Model =>
  network(
    chain({
      rnn: recurrent({ cell: gru, input: 1, hidden: 3 }),
      drop: dropout({ rate: 0.3 }),
      head: linear({ output: 1 }),
    }),
    {
      loss: meanSquaredError(),
      seed,
    },
  )

const data = (length: number, target = 1): Sequences =>
  sequences([
    { x: Array.from({ length }, (_, t) => [Math.sin(t)]), target: Array.from({ length }, (_, t) => [target * t]) },
  ])

/** What updates by some data make of a model. */
async function learnt(options: LearningOptions, given = data(7), model = make()): Promise<string> {
  const learning = await learner(model, options)
  for (let i = 0; i < 3; i++) await learning.update(given)
  await learning.end()
  return bits(model)
}

describe('where nothing is said', () => {
  test('it is adam, and the seed of the masks is the model’s', async () => {
    const usual = await learnt({})
    expect(await learnt({ optimizer: adam() })).toBe(usual)
    expect(await learnt({ optimizer: sgd({ lr: 0.01 }) })).not.toBe(usual)
    expect(await learnt({ seed: 1 })).toBe(usual)
    expect(await learnt({ seed: 2 })).not.toBe(usual)
    expect(await learnt({ seed: 0xffffffff })).not.toBe(usual)
  })

  test('gradients are clipped at a norm of 5', async () => {
    const optimizer = sgd({ lr: 0.01 })
    const far = data(7, 100)
    const usual = await learnt({ optimizer }, far)
    expect(await learnt({ optimizer, clip: 5 }, far)).toBe(usual)
    for (const clip of [4, 6, false] as const) expect(await learnt({ optimizer, clip }, far)).not.toBe(usual)
  })

  test('a text goes through in windows of 50 steps, a sequence whole', async () => {
    const book = text('the quick brown fox jumps over the lazy dog. '.repeat(3))
    const model = (): Model => languageModel(book, { cell: gru, hidden: 4 })
    const usual = await learnt({}, book as never, model())
    expect(await learnt({ unroll: 50 }, book as never, model())).toBe(usual)
    expect(await learnt({ unroll: 134 }, book as never, model())).not.toBe(usual)
    const long = data(134)
    const whole = await learnt({}, long)
    expect(await learnt({ unroll: 134 }, long)).toBe(whole)
    expect(await learnt({ unroll: 50 }, long)).not.toBe(whole)
    await learnt({ unroll: 1 })
  })
})

test('a learner that could not begin leaves its model free', async () => {
  const model = make()
  expect((await caught(() => learner(model, { backend: 'none' }))).message).toContain('there is no backend none')
  await (await learner(model)).end()
})

test('options that there are not are refused', async () => {
  const said = async (options: object): Promise<string> =>
    (await caught(() => learner(make(), options as LearningOptions))).message
  expect(await said({ seed: 2 ** 32 })).toContain('learner: seed is 4294967296')
  expect(await said({ unroll: 1.5 })).toContain('learner: unroll is 1.5')
  expect(await said({ clip: -1 })).toContain('clip')
  expect(await said({ optimizer: 'adam' })).toContain('an optimizer such as adam')
  expect(await said({ optimizer: { name: 'adma' } })).toContain('there is no optimizer adma; did you mean adam?')
})

describe('a layer that looks ahead', () => {
  const both = (): Model =>
    network(
      chain({ rnn: recurrent({ cell: gru, input: 1, hidden: 3, bidirectional: true }), head: linear({ output: 1 }) }),
      {
        loss: meanSquaredError(),
      },
    )

  test('takes sequences of any length whole, also where that is said', async () => {
    for (const length of [7, 8, 300]) {
      const usual = await learnt({}, data(length), both())
      expect(await learnt({ unroll: length }, data(length), both())).toBe(usual)
      expect(await learnt({ unroll: length + 9 }, data(length), both())).toBe(usual)
    }
  })
})

test('a text has no end to look ahead to: a layer that does sees as far as its window', async () => {
  const book = text('the quick brown fox jumps over the lazy dog. '.repeat(3))
  const { size } = book.vocabulary
  const layer = chain({
    embed: embedding({ symbols: size, size: 2 }),
    rnn: recurrent({ cell: gru, hidden: 3, bidirectional: true }),
    head: linear({ output: size }),
  })
  const learning = await learner(network(layer, { loss: crossEntropy() }), { unroll: 20 })
  expect((await learning.update(book)).loss).toBeGreaterThan(1)
  await learning.end()
})

describe('what was saved', () => {
  const optimizer = (from: number) => sgd({ lr: stepDecay({ from, factor: 0.5, every: 2 }) })

  test('goes on with its rate, or with another from its beginning', async () => {
    const begun = await learner(make(), { optimizer: optimizer(0.1) })
    for (let i = 0; i < 3; i++) await begun.update(data(7))
    const bytes = await begun.save()
    await begun.end()
    const rates = async (from: number): Promise<number[]> => {
      const learning = await learner(make(), { optimizer: optimizer(from) })
      await learning.restore(bytes)
      const found: number[] = []
      for (let i = 0; i < 2; i++) found.push((await learning.update(data(7))).lr)
      await learning.end()
      return found
    }
    expect(await rates(0.1)).toEqual([0.05, 0.025])
    const [first, second] = await rates(0.8)
    expect(first! / second!).toBeCloseTo(2, 12)
    expect(first).toBe(0.4)
  })

  test('by train goes on with what its schedule remembers, unless it is another', async () => {
    const halved = (from: number): Schedule => ({
      name: 'halved',
      options: { from },
      initial: { lr: from },
      lr: (_step, _epoch, _total, state) => state!['lr']!,
      observe: ({ lr }) => ({ lr: lr! / 2 }),
    })
    const items = [5, 6, 7, 8].map((length) => data(length).items[0]!)
    const checkpoint = memoryStore()
    const options = { batch: 1, steps: 2, validation: 0.25, validateEvery: 1, checkpoint }
    await train(make(), sequences(items), { ...options, optimizer: sgd({ lr: halved(0.4) }) }).finish()
    const next = async (from: number): Promise<number> => {
      const learning = await learner(make(), { optimizer: sgd({ lr: halved(from) }) })
      await learning.restore(checkpoint.resume!)
      const { lr } = await learning.update(data(7))
      await learning.end()
      return lr
    }
    expect(await next(0.4)).toBeCloseTo(0.1, 12)
    expect(await next(0.8)).toBe(0.8)
  })

  test('is saved again as it was', async () => {
    const begun = await learner(make())
    for (let i = 0; i < 3; i++) await begun.update(data(7))
    const bytes = await begun.save()
    await begun.end()
    const other = await learner(make())
    await other.restore(bytes)
    expect(Buffer.from(await other.save()).equals(Buffer.from(bytes))).toBe(true)
    await other.end()
  })

  test('of nothing is a beginning', async () => {
    const begun = await learner(make())
    const bytes = await begun.save()
    await begun.end()
    const model = make()
    const learning = await learner(model)
    await learning.update(data(7))
    await learning.restore(bytes)
    expect(learning.step).toBe(0)
    expect(bits(model)).toBe(bits(make()))
    expect(model.record).toEqual({})
    await learning.update(data(7))
    expect(model.record).toMatchObject({ steps: 1, kernels: expect.any(String) as string })
    await learning.end()
    expect(model.record).toMatchObject({ steps: 1 })
  })
})

test('one whose last update overflows says so at its end, and sets its model free', async () => {
  const model = make()
  const learning = await learner(model, { optimizer: sgd({ lr: 3e38 }) })
  await learning.update(data(7))
  await expect(learning.end()).rejects.toThrow(/after update 1 the parameter .* holds .*; try a lower learning rate/)
  setParameters(model, make().parameters)
  await (await learner(model)).end()
})

test('one that nobody ends sets its model free, with a warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const model = make()
  await (async () => void (await (await learner(model)).update(data(7))))()
  try {
    // Of what other tests left in this process there may be warnings too.
    const told = (): boolean => warn.mock.calls.some(([text]) => String(text).includes('a model of learner() was left'))
    await collected(told)
    expect(told()).toBe(true)
    await (await learner(model)).end()
  } finally {
    warn.mockRestore()
  }
})
