// What one row of all steps is, and that it is the same however the steps come: padded, in windows, in segments, one by one.
import { describe, expect, test } from 'vitest'
import {
  adam,
  attentionPooling,
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
  type Named,
  type OpenLayer,
  type Tensor,
  UnrolledError,
  vectors,
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

/** What a pool makes of the rows of a sequence. */
type Pooled = (rows: readonly (readonly number[])[], parameters: Named) => readonly number[]

const byColumn =
  (of: (column: readonly number[]) => number): Pooled =>
  (rows) =>
    Array.from({ length: size }, (_, c) => of(rows.map((row) => row[c]!)))

/** α_t: softmax of v · tanh(W @ x_t + b), which is what `attentionPooling` weighs steps by. */
function attention(rows: readonly (readonly number[])[], parameters: Named, prefix = 'pool.'): number[] {
  const [w, b, v] = ['weight', 'bias', 'v'].map((name) => parameters[prefix + name]!.data) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const scores = rows.map((row) =>
    [...v].reduce(
      (sum, value, i) => sum + value * Math.tanh(row.reduce((z, x, c) => z + w[i * size + c]! * x, b[i]!)),
      0,
    ),
  )
  const total = scores.reduce((sum, score) => sum + Math.exp(score), 0)
  return scores.map((score) => Math.exp(score) / total)
}

const pools: [string, (options?: object) => OpenLayer, Pooled][] = [
  ['last', last, byColumn((column) => column.at(-1) ?? 0)],
  ['mean', mean, byColumn((column) => (column.length === 0 ? 0 : column.reduce((a, b) => a + b) / column.length))],
  ['max', max, byColumn((column) => (column.length === 0 ? 0 : Math.max(...column)))],
  [
    'attentionPooling',
    (options) => attentionPooling({ size: 3, ...options }),
    (rows, parameters) => {
      const weights = attention(rows, parameters)
      return Array.from({ length: size }, (_, c) => rows.reduce((sum, row, t) => sum + weights[t]! * row[c]!, 0))
    },
  ],
]

const rowsOf = (b: number, length: number): number[][] =>
  Array.from({ length }, (_, t) => [...x.data.subarray((t * batch + b) * size, (t * batch + b + 1) * size)])

/** Parameters that are not what they are at first, so that none of them is zero. */
const values = (layer: Layer): Named =>
  Object.fromEntries(Object.entries(layer.parameters()).map(([name, { shape }], i) => [name, some(shape, 3 + i)]))

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
  const layer = chain({ pool: pool().fit({ x: vectors(size) }) })
  const parameters = values(layer)

  test.each(everyBackend)('is what it says, with and without lengths, on %s', async (_, engine) => {
    for (const given of [[5, 5, 5], lengths]) {
      const all = given === lengths ? { lengths } : {}
      const { output } = await forward(layer, { parameters, x, ...all }, engine)
      expect(output.shape).toEqual([batch, size])
      given.forEach((length, b) => {
        for (let c = 0; c < size; c++) {
          expect(output.data[b * size + c]).toBeCloseTo(value(rowsOf(b, length), parameters)[c]!, 6)
        }
      })
    }
  })

  test('has the gradient of central differences', async () => {
    const exact = { backend: 'reference' }
    const adjoint = some([batch, size], 5)
    const given: Given = { parameters, x, lengths }
    const { gradients } = await backward(layer, given, { output: adjoint }, exact)
    const all: [Tensor, Tensor, (changed: Tensor) => Given][] = [
      [gradients.x!, x, (x) => ({ ...given, x })],
      ...Object.entries(gradients.parameters).map(([name, found]): (typeof all)[number] => [
        found,
        parameters[name]!,
        (changed) => ({ ...given, parameters: { ...parameters, [name]: changed } }),
      ]),
    ]
    for (const [found, { data, shape }, changed] of all) {
      const loss = async (data: Float64Array): Promise<number> => {
        const { output } = await forward(layer, changed(tensor(data, shape)), exact)
        return [...output.data].reduce((sum, y, i) => sum + y * adjoint.data[i]!, 0)
      }
      for (let i = 0; i < data.length; i++) {
        const [up, down] = [1e-5, -1e-5].map((by) => Float64Array.from(data, (v, j) => (j === i ? v + by : v)))
        const slope = ((await loss(up!)) - (await loss(down!))) / 2e-5
        expect(found.data[i]).toBeCloseTo(slope, 8)
      }
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
    expect(() => chain({ pool: pool().fit({ x: vectors(size) }), again: pool() })).toThrow(
      `chain: pool gives [batch] × 2, but again: ${name} takes the steps of sequences`,
    )
    expect(() => chain({ pool: pool().fit({ x: vectors(size) }), rnn: recurrent({ cell: gru, hidden: 2 }) })).toThrow(
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

test.each(everyBackend)(
  'the weights of attentionPooling are a tap, each over its own sequence: %s',
  async (_, engine) => {
    const layer = attentionPooling({ input: size, size: 3 })
    const parameters = values(layer)
    // In the first row a sequence begins at step 2, in the second behind its end.
    const starts = tensor([
      [0, 0, 0],
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ])
    const { taps } = await forward(layer, { parameters, x, lengths, starts, taps: ['weights'] }, engine)
    const { weights } = taps
    expect(weights!.shape).toEqual([time, batch, 1])
    const wanted = [
      [0, 0, ...attention(rowsOf(0, 5).slice(2), parameters, '')],
      [...attention(rowsOf(1, 2), parameters, ''), 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]
    wanted.forEach((row, b) => row.forEach((value, t) => expect(weights!.data[t * batch + b]).toBeCloseTo(value, 6)))
  },
)

test('scores of any size make weights', async () => {
  const layer = attentionPooling({ input: 1, size: 1 })
  const parameters = { weight: tensor([[1]]), bias: tensor([0]), v: tensor([[3e38]]) }
  for (const [, engine] of everyBackend) {
    const given = { parameters, x: tensor([[[-9]], [[9]], [[-9]], [[9]]]), taps: ['weights'] }
    const { output, taps } = await forward(layer, given, engine)
    expect([...taps['weights']!.data]).toEqual([0, 0.5, 0, 0.5])
    expect([...output.data]).toEqual([9])
  }
})
