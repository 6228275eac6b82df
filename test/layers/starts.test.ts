// Sequences packed into rows, each beginning where a mark says: they are what each is alone.
import { describe, expect, test } from 'vitest'
import {
  attentionPooling,
  backward,
  bidirectional,
  cellsByName,
  chain,
  forward,
  layerNorm,
  linear,
  lstm,
  max,
  mean,
  recurrent,
  recurrentDropout,
  tensor,
  zoneout,
  type Cell,
  type Layer,
  type Tensor,
} from 'unrolled'
import { everyBackend } from '../every-backend.ts'

/** Lengths of the sequences in each row; the second row ends before the other. */
const rows = [
  [3, 1, 4],
  [5, 2],
]
const time = 8
const batch = rows.length
const lengths = rows.map((row) => row.reduce((a, b) => a + b))
const size = 2
const hidden = 3

const some = (shape: readonly number[], phase: number): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1.3 * i + phase)),
    shape,
  )
const x = some([time, batch, size], 0)

/** Where each sequence stands. */
const places = rows.flatMap((row, b) => {
  let from = 0
  return row.map((length) => ({ b, from, to: (from += length) }))
})
const starts = tensor(
  Float64Array.from({ length: time * batch }, (_, i) =>
    places.some(({ b, from }) => from === Math.floor(i / batch) && b === i % batch && from > 0) ? 1 : 0,
  ),
  [time, batch],
)

const cut = ({ data, shape }: Tensor, { b, from, to }: (typeof places)[number]): Tensor => {
  const columns = shape.at(-1)!
  const steps = Array.from({ length: to - from }, (_, t) => ((from + t) * batch + b) * columns)
  return tensor(Float64Array.from(steps.flatMap((at) => [...data.subarray(at, at + columns)])), [to - from, 1, columns])
}

const layers: [string, (cell: Cell) => Layer][] = [
  ['forwards', (cell) => recurrent({ cell, input: size, hidden, projection: 2, output: 2 })],
  [
    'both ways, two layers',
    (cell) => bidirectional(recurrent({ cell, input: size, hidden, projection: 2, layers: 2 })),
  ],
]

const cells: [string, Cell][] = [
  ...cellsByName,
  ['lstm, zoneout and layer norm', zoneout(layerNorm(lstm), 0.2)],
  ['lstm, recurrent dropout', recurrentDropout(lstm, { rate: 0.3 })],
]

describe.each(everyBackend)('on %s', (_, engine) => {
  test.each(cells)('packed rows have the bits of each sequence alone, forward and backward: %s', async (_, cell) => {
    for (const [, make] of layers) {
      const layer = make(cell)
      const parameters = layer.parameters({ seed: 3 })
      const adjoint = some([time, batch, layer.outputs['output']!.columns], 2)
      const packed = await backward(layer, { parameters, x, lengths, starts }, { output: adjoint }, engine)
      const sums = Object.fromEntries(layer.declared.map(({ name }) => [name, [] as number[]]))
      for (const place of places) {
        const own = await backward(layer, { parameters, x: cut(x, place) }, { output: cut(adjoint, place) }, engine)
        expect([...cut(packed.output, place).data]).toEqual([...own.output.data])
        expect([...cut(packed.gradients.x!, place).data]).toEqual([...own.gradients.x!.data])
        for (const [name, { data }] of Object.entries(own.gradients.parameters)) {
          data.forEach((value, i) => (sums[name]![i] = (sums[name]![i] ?? 0) + value))
        }
      }
      // A parameter's gradient is the sum over all of them, in another order.
      const largest = Math.max(...Object.values(sums).flat().map(Math.abs))
      for (const [name, values] of Object.entries(sums)) {
        const { data } = packed.gradients.parameters[name]!
        values.forEach((value, i) => expect(Math.abs(data[i]! - value)).toBeLessThan(1e-5 * largest))
      }
    }
  })

  test('without marks they do not matter', async () => {
    const layer = recurrent({ cell: lstm, input: size, hidden })
    const parameters = layer.parameters({ seed: 3 })
    const none = tensor(new Float64Array(time * batch), [time, batch])
    const plain = await forward(layer, { parameters, x }, engine)
    expect([...(await forward(layer, { parameters, x, starts: none }, engine)).output.data]).toEqual([
      ...plain.output.data,
    ])
    expect([...(await forward(layer, { parameters, x, starts }, engine)).output.data]).not.toEqual([
      ...plain.output.data,
    ])
  })

  test.each([
    ['mean', mean],
    ['max', max],
    ['attentionPooling', () => attentionPooling({ input: size, size: 3 })],
  ] as const)('%s begins anew too', async (_, pool) => {
    const layer = chain({ pool: pool({ size }), head: linear({ output: 2 }) })
    const parameters = layer.parameters({ seed: 1 })
    const { output } = await forward(layer, { parameters, x, lengths, starts }, engine)
    for (const b of [0, 1]) {
      const final = places.filter((place) => place.b === b).at(-1)!
      const own = await forward(layer, { parameters, x: cut(x, final) }, engine)
      expect([...output.data.slice(2 * b, 2 * b + 2)]).toEqual([...own.output.data])
    }
  })
})

test('marks that do not fit are refused', async () => {
  const layer = recurrent({ cell: lstm, input: size, hidden })
  const given = { parameters: layer.parameters(), x, starts: tensor([[1, 0]]) }
  await expect(forward(layer, given)).rejects.toThrow('starts is [1, 2]; it must be [8, 2]')
})
