// What a user may implement is really called: each is implemented here from public exports alone.
import { describe, expect, test } from 'vitest'
import {
  adam,
  chain,
  clipByNorm,
  constant as constantRate,
  decodeModel,
  encodeModel,
  forward,
  gru,
  linear,
  network,
  recurrent,
  sequences,
  sgd,
  tensor,
  train,
  uniform,
  UnrolledError,
  vectors,
  type CheckpointStore,
  type Clipping,
  type Loss,
  type Model,
  type Optimizer,
  type Schedule,
  type TrainingOptions,
} from 'unrolled'
import { abs, add, constant, div, mean, min, mul, sign, sub } from 'unrolled/graph'
import { everyBackend } from '../every-backend.ts'

const data = sequences(
  Array.from({ length: 6 }, (_, i) => ({
    x: Array.from({ length: 5 }, (_, t) => [uniform(1, i, t, 0, 0) - 0.5, uniform(1, i, t, 1, 0) - 0.5]),
    target: Array.from({ length: 5 }, (_, t) => [uniform(1, i, t, 2, 0)]),
  })),
)

/** |output − target| ÷ scale, given twice the weight where the target is above a half. */
const scaled = ({ scale }: { readonly scale: number }): Loss => ({
  name: 'scaled',
  options: { scale },
  target: (output) => output,
  build: (output, targets) => mean(div(abs(sub(output, targets)), constant(scale))),
  weight: (targets, at) => (targets[at]! > 0.5 ? 2 : 1),
})

const make = (loss: Loss = scaled({ scale: 2 })): Model =>
  network(chain({ rnn: recurrent({ cell: gru, input: 2, hidden: 4 }), head: linear({ input: 4, output: 1 }) }), {
    loss,
    seed: 1,
  })

const bits = ({ parameters }: Model): unknown => Object.entries(parameters).map(([name, { data }]) => [name, [...data]])

async function steps(model: Model, options: TrainingOptions): Promise<{ loss: number; lr: number; norm: number }[]> {
  const all = []
  for await (const event of train(model, data, { batch: 6, steps: 4, ...options }))
    if (event.event === 'step') all.push({ loss: event.loss, lr: event.lr, norm: event.gradientNorm })
  return all
}

describe('an optimizer', () => {
  /** p ← p − lr · sign(m), m ← m ÷ 2 + g: asked for its numbers at every update. */
  const signed = (lr: number, asked: number[] = []): Optimizer => ({
    name: 'adam',
    options: {},
    lr: constantRate({ lr }),
    moments: [{ name: 'way', initial: 0 }],
    scalars: ['lr'],
    scalarValues(step, lr, into) {
      asked.push(step)
      into[0] = lr
    },
    update({ parameter, gradient, moments, scalars }) {
      const way = add(mul(constant(0.5), moments['way']!), gradient)
      return { parameter: sub(parameter, mul(scalars['lr']!, sign(way))), moments: { way } }
    },
  })

  test.each(everyBackend)('moves the parameters as it says, whatever its name, on %s', async (_, engine) => {
    const asked: number[] = []
    const model = make()
    const before = Object.values(model.parameters).map(({ data }) => data.slice())
    await steps(model, { optimizer: signed(0.125, asked), steps: 1, ...engine })
    expect(asked).toEqual([1])
    const ways = Object.values(model.parameters).flatMap(({ data }, i) => [...data].map((p, k) => p - before[i]![k]!))
    for (const way of ways) expect([0.125, -0.125].some((lr) => Math.abs(way - lr) < 1e-7)).toBe(true)
  })

  test('goes on from a stored run with its moments', async () => {
    const run = async (stop: number): Promise<unknown> => {
      const checkpoint = own()
      for (const steps of [stop, 6]) {
        const model = make()
        const options = { batch: 6, steps, checkpoint: checkpoint.store, resume: steps === 6 && stop < 6 }
        await train(model, data, { ...options, optimizer: signed(0.01) }).finish()
        if (steps === 6) return bits(model)
      }
      return undefined
    }
    const whole = make()
    await train(whole, data, { batch: 6, steps: 6, optimizer: signed(0.01) }).finish()
    expect(await run(3)).toEqual(bits(whole))
  })
})

test('a schedule is asked at each update, whatever its name', async () => {
  const asked: number[] = []
  const mine: Schedule = {
    name: 'constant',
    options: {},
    initial: {},
    lr(step) {
      asked.push(step)
      return 0.5 / step
    },
    observe: (state) => state,
  }
  const rates = await steps(make(), { optimizer: adam({ lr: mine }) })
  expect(asked).toEqual([1, 2, 3, 4])
  expect(rates.map(({ lr }) => lr)).toEqual([0.5, 0.25, 0.5 / 3, 0.125])
})

test('a clipping is applied, whatever its name', async () => {
  const most: Clipping = {
    name: 'norm',
    options: {},
    // As clipByNorm(0.01), without its epsilon.
    apply: (gradient, norm) => mul(gradient, min(constant(1), div(constant(0.01), norm))),
  }
  const [mine, known] = [make(), make()]
  await steps(mine, { clip: most, optimizer: sgd({ lr: 1 }) })
  await steps(known, { clip: clipByNorm(0.01), optimizer: sgd({ lr: 1 }) })
  const [a, b] = [mine, known].map(({ parameters }) => Object.values(parameters).flatMap(({ data }) => [...data]))
  a!.forEach((value, i) => expect(value).toBeCloseTo(b![i]!, 5))
  expect(bits(mine)).not.toEqual(bits(make()))
})

/** A store of three variables, which counts what is asked of it. */
function own(): { readonly store: CheckpointStore; readonly calls: string[] } {
  const calls: string[] = []
  let resume: Uint8Array | undefined
  const store: CheckpointStore = {
    async writeModel() {
      calls.push('model')
    },
    async writeResume(bytes) {
      calls.push('resume')
      resume = bytes.slice()
    },
    async readResume() {
      calls.push('read')
      return resume
    },
  }
  return { store, calls }
}

test('a store is written and read', async () => {
  const { store, calls } = own()
  const model = make()
  await steps(model, { steps: 2, checkpoint: store })
  expect(calls).toContain('resume')
  expect(calls).toContain('model')
  const again = make()
  const rest = await steps(again, { steps: 5, checkpoint: store, resume: true })
  expect(rest).toHaveLength(3)
  const whole = make()
  await steps(whole, { steps: 5 })
  expect(bits(again)).toEqual(bits(whole))
})

describe('a loss', () => {
  test('is minimised, weighted as it says', async () => {
    const model = make()
    const [first] = await steps(model, { steps: 30, optimizer: adam({ lr: 0.01 }) })
    const fresh = make()
    const x = tensor(
      Array.from({ length: 5 }, (_, t) => data.items.map((_, b) => [0, 1].map((c) => uniform(1, b, t, c, 0) - 0.5))),
    )
    const { output } = await forward(fresh.layer, { parameters: fresh.parameters, x })
    let sum = 0
    let weights = 0
    output.data.forEach((value, row) => {
      const target = uniform(1, row % 6, Math.floor(row / 6), 2, 0)
      const weight = target > 0.5 ? 2 : 1
      sum += (weight * Math.abs(value - target)) / 2
      weights += weight
    })
    expect(first!.loss).toBeCloseTo(sum / weights, 5)
    const last = await steps(model, { steps: 1 })
    expect(last[0]!.loss).toBeLessThan(first!.loss)
  })

  test('is stored by name and options; without it the file predicts, and says what is missing to train', async () => {
    const model = make()
    const bytes = encodeModel(model)
    const without = decodeModel(bytes)
    expect({ name: without.loss.name, options: without.loss.options }).toEqual({
      name: 'scaled',
      options: { scale: 2 },
    })
    const x = tensor([[[0.1, 0.2]], [[0.3, -0.4]]])
    const outputs = [model, without].map(({ layer, parameters }) => forward(layer, { parameters: parameters, x }))
    const [one, other] = await Promise.all(outputs)
    expect(other!.output).toEqual(one!.output)
    expect(() => train(without, data)).toThrow(UnrolledError)
    expect(() => train(without, data)).toThrow(
      'the model\'s loss "scaled" is not known here; give it where the model is read: decodeModel(bytes, \'file\', { losses: { "scaled": (options) => … } })',
    )
    expect(encodeModel(without)).toEqual(bytes)
  })

  test('given where the model is read, it is made of its options, and trains on with the same bits', async () => {
    const model = make(scaled({ scale: 3 }))
    const back = decodeModel(encodeModel(model), 'mine.safetensors', { losses: { scaled } })
    expect(back.loss.options).toEqual({ scale: 3 })
    expect(await steps(back, {})).toEqual(await steps(model, {}))
    expect(bits(back)).toEqual(bits(model))
  })

  test('of any name at all is told without what a terminal would obey', () => {
    const back = decodeModel(encodeModel(make({ ...scaled({ scale: 1 }), name: '{\u001b[2J' })))
    expect(back.loss.name).toBe('{\u001b[2J')
    expect(() => back.loss.target(vectors(1))).toThrow(/^the model's loss "\{\\u001b\[2J" is not known/)
  })

  test.each([
    [{ losses: { scaled: () => ({}) as never } }, 'what scaled makes is no loss: name, options, target and build'],
    [{ loses: {} } as never, 'decodeModel: there is no option loses; did you mean losses?'],
  ])('given wrongly, %o, it is an error', (options, message) => {
    expect(() => decodeModel(encodeModel(make()), 'mine', options)).toThrow(message)
  })
})
