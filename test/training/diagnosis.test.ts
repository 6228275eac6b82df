import { describe, expect, test } from 'vitest'
import {
  chain,
  crossEntropy,
  gru,
  last,
  linear,
  meanSquaredError,
  memoryStore,
  network,
  recurrent,
  rnnRelu,
  sequences,
  setParameters,
  sgd,
  tensor,
  train,
  type Filled,
  type Model,
  type TrainingOptions,
} from 'unrolled'
import { diagnose } from '../../src/training/diagnosis.ts'
import { caught } from './caught.ts'

const relu = (): Model => {
  const net = chain({ core: recurrent({ cell: rnnRelu, input: 1, hidden: 3 }), head: linear({ input: 3, output: 1 }) })
  return network(net, { loss: meanSquaredError(), seed: 1 })
}

/** Makes the recurrence grow by a factor a step, of what comes in when the input is positive. */
function growing(factor: number): Model {
  const model = relu()
  const changed = { ...model.parameters }
  for (const [name, { shape }] of Object.entries(changed)) {
    const [rows = 1, columns = shape[0]!] = shape.length === 2 ? shape : [1, shape[0]!]
    const values = new Float32Array(rows * columns)
    if (shape.length === 2 && columns === 4)
      for (let r = 0; r < 3; r++)
        values.set([r === 0 ? factor : 0, r === 1 ? factor : 0, r === 2 ? factor : 0, 1], 4 * r)
    else if (shape.length === 2) values.fill(1)
    changed[name] = tensor(values, shape)
  }
  setParameters(model, changed)
  return model
}

/** Sequence i gets an impulse at step `first` + 3 i; all else is zero. */
const impulses = (count: number, length: number, first: number) =>
  sequences(
    Array.from({ length: count }, (_, i) => {
      const x = Array.from({ length }, (_, t) => [t === first + 3 * i ? 1 : 0])
      return { x, target: x.map(() => [0]) }
    }),
  )

const frozen: TrainingOptions = { optimizer: sgd({ lr: 0 }), clip: false, epochs: 1 }
const message = async (
  model: Model,
  given: ReturnType<typeof sequences>,
  options: TrainingOptions,
): Promise<string> => {
  const error = await caught(() => train(model, given, { ...frozen, ...options }).finish())
  expect(error.code).toBe('non-finite')
  return error.message
}

describe('what is not finite is named with step and sequence', () => {
  // The output is 3 at the impulse and 3e30 a step later, whose square float32 does not hold.
  test.each<[string, TrainingOptions, number]>([
    ['in the first window', { batch: 4, unroll: 24 }, 2],
    ['in a later window, from the states it was run with', { batch: 4, unroll: 4 }, 7],
    ['where windows overlap', { batch: 4, unroll: 8, every: 3 }, 9],
    ['where windows are cut into segments', { batch: 4, unroll: 24, segment: 8 }, 11],
    ['among accumulated windows', { batch: 4, unroll: 4, accumulate: 6 }, 7],
  ])('%s', async (_, options, first) => {
    const text = await message(growing(1e30), impulses(4, 24, first), options)
    expect(text).toMatch(
      new RegExp(`the loss of step ${first + 1} holds 9.*e\\+60, more than float32 can hold, in sequence [0-3]`),
    )
  })

  test('in its own row of the batch, past whose length nothing is looked at', async () => {
    const model = growing(1e30)
    const lengths = Float32Array.of(2, 5, 6)
    const fill = (step: number, count: number, { x, targets }: Filled): void => {
      targets!.fill(0)
      // Behind the end of sequence 0 stands what is none of its own.
      for (let i = 0; i < 3 * count; i++) {
        const [t, b] = [step + Math.floor(i / 3), i % 3]
        x![i] = b === 0 ? (t >= 2 ? NaN : 0) : b === 1 && t === 3 ? 1 : 0
      }
    }
    const parameters = model.parameters
    const batch = { batch: 3, steps: 6, lengths, fill }
    const window = { start: 1, end: 6, counted: 1, origin: 0, states: [new Float32Array(3 * 16)] }
    const bad = { model, parameters, gradients: parameters, batch, window, steps: 8, seed: 0 }
    expect(await diagnose(bad)).toMatch(/^the loss of step 4 holds 9.*, in sequence 1 of the batch$/)
    const states = [new Float32Array(3 * 16)]
    states[0]![2 * 16 + 1] = Infinity
    expect(await diagnose({ ...bad, window: { ...window, states } })).toBe(
      'the state core.h of sequence 2 is Infinity before step 1',
    )
    states[0]![2 * 16 + 1] = 5e9
    // What was carried in makes it worse at once.
    expect(await diagnose({ ...bad, window: { ...window, states } })).toMatch(
      /^the output of step 1 holds 5.*e\+39, .* sequence 2 /,
    )
  })

  test('where all that was looked at is finite, the first gradient that is not, or none', async () => {
    const model = relu()
    const { parameters } = model
    const [first, second] = Object.keys(parameters)
    const fill = (_: number, __: number, into: Filled): void => Object.values(into).forEach((rows) => void rows.fill(1))
    const batch = { batch: 1, steps: 2, fill }
    const window = { start: 0, end: 2, counted: 0, origin: 0, states: [new Float32Array(16)] }
    const bad = { model, parameters, gradients: parameters, batch, window, steps: 8, seed: 0 }
    expect(await diagnose(bad)).toMatch(/all outputs and losses are finite.*; every single gradient is finite$/)
    const { shape } = parameters[second!]!
    const huge = tensor(
      Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => 1e39),
      shape,
    )
    expect(first).not.toBe(second)
    expect(await diagnose({ ...bad, gradients: { ...parameters, [second!]: huge } })).toContain(
      `; the gradient of ${second} is the first that is not finite`,
    )
  })

  test('a parameter', async () => {
    const model = relu()
    const [name, { shape, data }] = Object.entries(model.parameters)[0]!
    const bad = Float32Array.from(data)
    bad[1] = NaN
    model.parameters = { ...model.parameters, [name]: { shape, data: bad } }
    expect(await message(model, impulses(3, 8, 0), { batch: 3 })).toContain(`the parameter ${name} holds NaN at 1`)
  })
})

test('a failed window is not trained on again: the model goes on from the weights before it', async () => {
  const model = growing(1e30)
  const before = Object.values(model.parameters).map(({ data }) => [...data])
  const checkpoint = memoryStore()
  const error = await caught(() =>
    train(model, impulses(2, 24, 5), { ...frozen, batch: 2, unroll: 4, checkpoint }).finish(),
  )
  expect(error.message).toMatch(/^update 2: the loss is/)
  expect(error.message).toContain('The model has the weights of update 1')
  expect(Object.values(model.parameters).map(({ data }) => [...data])).toEqual(before)
  expect(checkpoint.resume).toBeUndefined()
})

test('a last update that overflows is no success, kept or not', async () => {
  const data = sequences([{ x: [[1], [2]], target: [[1], [2]] }])
  const told = /after update 1 .*holds -?(Infinity|NaN) at 0.*lower learning rate/
  for (const more of [{}, { checkpoint: memoryStore() }]) {
    const model = network(linear({ input: 1, output: 1 }), { loss: meanSquaredError(), seed: 1 })
    const options = { steps: 1, clip: false, optimizer: sgd({ lr: 3e38 }), ...more } as const
    expect(await message(model, data, options)).toMatch(told)
  }
})

test('the oracle sees lengths: of padded rows nothing is said', async () => {
  const net = chain({ core: recurrent({ cell: gru, input: 1, hidden: 3 }), head: linear({ input: 3, output: 2 }) })
  const model = network(chain({ _: net, last: last() }), { loss: crossEntropy(), seed: 1 })
  const given = sequences(
    Array.from({ length: 3 }, (_, i) => ({ x: Array.from({ length: 4 + 4 * i }, () => [1]), target: [i % 2] })),
  )
  const [name, { shape }] = Object.entries(model.parameters).find(([key]) => key.startsWith('head'))!
  const huge = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => (i % 2 ? 3e38 : -3e38))
  model.parameters = { ...model.parameters, [name]: tensor(huge, shape) }
  const error = await caught(() => train(model, given, { ...frozen, batch: 3, unroll: 4 }).finish())
  expect(error.code).toBe('non-finite')
})
