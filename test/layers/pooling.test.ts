// What one row of all steps is, and that it is the same however the steps come: padded, in windows, in segments, one by one.
import { describe, expect, test } from 'vitest'
import {
  adam,
  backward,
  chain,
  crossEntropy,
  forward,
  gru,
  last,
  linear,
  max,
  mean,
  network,
  open,
  recurrent,
  sequences,
  summary,
  tensor,
  train,
  type Given,
  type Layer,
  type OpenLayer,
  type Tensor,
  UnrolledError,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'

const time = 5
const batch = 3
const size = 2
const some = (shape: readonly number[], phase = 0): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.fround(Math.sin(1.7 * i + phase))),
    shape,
  )
const x = some([time, batch, size])
const lengths = [5, 2, 0]

const pools: [string, (options?: object) => OpenLayer, (column: readonly number[]) => number][] = [
  ['last', last, (column) => column.at(-1) ?? 0],
  ['mean', mean, (column) => (column.length === 0 ? 0 : column.reduce((a, b) => a + b) / column.length)],
  ['max', max, (column) => (column.length === 0 ? 0 : Math.max(...column))],
]

const column = (b: number, c: number, length: number): number[] =>
  Array.from({ length }, (_, t) => x.data[(t * batch + b) * size + c]!)

/** The rows of one sequence, `[length, 1, columns]`. */
const alone = ({ data }: Tensor, columns: number, b: number, from: number, to: number): Tensor =>
  tensor(
    Float64Array.from(
      Array.from({ length: to - from }, (_, t) => [
        ...data.subarray(((from + t) * batch + b) * columns, ((from + t) * batch + b + 1) * columns),
      ]).flat(),
    ),
    [to - from, 1, columns],
  )

/** A recurrent layer, the pool, and a head that works on one row of each sequence. */
const classifier = (pool: () => OpenLayer): Layer =>
  chain({ rnn: recurrent({ cell: gru, input: size, hidden: 4 }), pool: pool(), head: linear({ output: 3 }) })

describe.each(pools)('%s', (name, pool, value) => {
  const layer = chain({ pool: (pool as typeof last)({ size }) })

  test.each(everyBackend)('is what it says, with and without lengths, on %s', async (_, engine) => {
    for (const given of [[5, 5, 5], lengths]) {
      const all = given === lengths ? { lengths } : {}
      const { output } = await forward(layer, { parameters: {}, x, ...all }, engine)
      expect(output.shape).toEqual([batch, size])
      given.forEach((length, b) => {
        for (let c = 0; c < size; c++) {
          expect(output.data[b * size + c]).toBeCloseTo(value(column(b, c, length)), 6)
        }
      })
    }
  })

  test('has the gradient of central differences', async () => {
    const exact = { backend: 'reference' }
    const adjoint = some([batch, size], 5)
    const given: Given = { parameters: {}, x, lengths }
    const { gradients } = await backward(layer, given, { output: adjoint }, exact)
    const loss = async (data: Float64Array): Promise<number> => {
      const { output } = await forward(layer, { ...given, x: tensor(data, x.shape) }, exact)
      return [...output.data].reduce((sum, y, i) => sum + y * adjoint.data[i]!, 0)
    }
    for (let i = 0; i < x.data.length; i++) {
      const [up, down] = [1e-5, -1e-5].map((by) => Float64Array.from(x.data, (v, j) => (j === i ? v + by : v)))
      const slope = ((await loss(up!)) - (await loss(down!))) / 2e-5
      expect(gradients.x!.data[i]).toBeCloseTo(slope, 8)
    }
  })

  test.each(everyBackend)('padded has the bits of each alone, forward and backward, on %s', async (_, engine) => {
    const net = classifier(pool)
    const parameters = net.parameters({ seed: 1 })
    const adjoint = some([batch, 3], 2)
    const whole = await backward(net, { parameters, x, lengths }, { output: adjoint }, engine)
    for (const [b, length] of lengths.entries()) {
      if (length === 0) continue
      const output = tensor(adjoint.data.slice(b * 3, b * 3 + 3), [1, 3])
      const one = await backward(net, { parameters, x: alone(x, size, b, 0, length) }, { output }, engine)
      expect([...whole.output.data.slice(b * 3, b * 3 + 3)]).toEqual([...one.output.data])
      expect([...alone(whole.gradients.x!, size, b, 0, length).data]).toEqual([...one.gradients.x!.data])
    }
  })

  test.each(everyBackend)('over windows has the bits of the whole, on %s', async (_, engine) => {
    const net = classifier(pool)
    const parameters = net.parameters({ seed: 1 })
    const whole = await forward(net, { parameters, x: alone(x, size, 0, 0, 5) }, engine)
    const first = await forward(net, { parameters, x: alone(x, size, 0, 0, 2) }, engine)
    const rest = await forward(net, { parameters, x: alone(x, size, 0, 2, 5), state: first.state }, engine)
    expect([...rest.output.data]).toEqual([...whole.output.data])
    // What came out after two steps was the answer of those two.
    expect([...first.output.data]).toEqual([
      ...(await forward(net, { parameters, x: alone(x, size, 0, 0, 2), lengths: [2] }, engine)).output.data,
    ])
  })

  test.each(everyBackend)('step by step is the answer so far, on %s', async (_, engine) => {
    const net = classifier(pool)
    const model = network(net, { loss: crossEntropy(), seed: 1 })
    const session = await open(model, engine)
    for (let t = 0; t < time; t++) {
      const { output } = await session.push(alone(x, size, 0, t, t + 1).data)
      const so = await forward(net, { parameters: model.parameters, x: alone(x, size, 0, 0, t + 1) }, engine)
      expect([...output.data]).toEqual([...so.output.data])
    }
    session.end()
  })

  test('is trained on alike in one segment and in several, and learns', async () => {
    const items = Array.from({ length: 12 }, (_, i) => ({
      x: Array.from({ length: 9 + (i % 5) }, (_, t) => [i % 2 ? 1 : -1, Math.cos(t + i)]),
      target: [i % 2],
    }))
    const run = async (segment: number): Promise<unknown> => {
      const model = network(classifier(pool), { loss: crossEntropy(), seed: 1 })
      const { loss } = await train(model, sequences(items), {
        batch: 4,
        segment,
        steps: 6,
        optimizer: adam({ lr: 0.05 }),
        seed: 3,
      }).finish()
      return [loss, Object.values(model.parameters).map(({ data }) => [...data])]
    }
    expect(await run(8)).toEqual(await run(64))
    const model = network(classifier(pool), { loss: crossEntropy(), seed: 1 })
    const options = { batch: 12, epochs: 60, optimizer: adam({ lr: 0.05 }) }
    expect((await train(model, sequences(items), options).finish()).loss).toBeLessThan(0.1)
  })

  test('is told in a summary, and needs steps', () => {
    expect(summary(classifier(pool)).layers.map(({ output }) => output)).toEqual([
      ['time', 'batch', 4],
      ['batch', 4],
      ['batch', 3],
    ])
    expect(() => chain({ pool: (pool as typeof last)({ size }), again: pool() })).toThrow(
      `chain: pool gives [batch] × 2, but again: ${name} takes the steps of sequences`,
    )
    expect(() => chain({ pool: (pool as typeof last)({ size }), rnn: recurrent({ cell: gru, hidden: 2 }) })).toThrow(
      /pool gives \[batch\] × 2, but rnn takes \[time, batch\] × 2/,
    )
    expect(() => pool({ columns: 3 })).toThrow(UnrolledError)
  })
})

test('the gradient of max goes to the first of equals, and NaN is not hidden', async () => {
  const layer = chain({ max: max({ size: 1 }) })
  const given = { parameters: {}, x: tensor([[[1]], [[3]], [[3]]]) }
  const { gradients } = await backward(layer, given, { output: tensor([[1]]) }, { backend: 'reference' })
  expect([...gradients.x!.data]).toEqual([0, 1, 0])
  for (const [, engine] of everyBackend) {
    const { output } = await forward(layer, { parameters: {}, x: tensor([[[1]], [[NaN]], [[2]]]) }, engine)
    expect(output.data[0]).toBeNaN()
  }
})
