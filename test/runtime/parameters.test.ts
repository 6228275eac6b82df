import { expect, test } from 'vitest'
import { parameter } from '../../src/graph/index.ts'
import { ParameterLayout } from '../../src/runtime/index.ts'
import { tensor } from '../../src/tensor.ts'
import { refusal } from '../formats/safetensors-file.ts'

const b = parameter('b', { rows: [], columns: 2 })
const W = parameter('W', { rows: [2], columns: 3 })
const wide = parameter('wide', { rows: [17], columns: 17 })
const layout = new ParameterLayout([b, W, wide])
const values = {
  b: tensor([7, 8]),
  W: tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]),
  wide: tensor(
    Float64Array.from({ length: 289 }, (_, i) => i + 1),
    [17, 17],
  ),
}

/** Floats that are not zero, by their places. */
const there = (flat: Float32Array | Float64Array): [number, number][] =>
  [...flat.entries()].filter(([, value]) => value !== 0)

/** Rows padded to sixteen, matrices before vectors. */
const expected = (of: (name: 'W' | 'wide' | 'b', at: number) => number): [number, number][] => [
  ...[0, 1, 2, 3, 4, 5].map((i): [number, number] => [Math.floor(i / 3) * 16 + (i % 3), of('W', i)]),
  ...Array.from({ length: 289 }, (_, i): [number, number] => [256 + Math.floor(i / 17) * 32 + (i % 17), of('wide', i)]),
  ...[0, 1].map((i): [number, number] => [256 + 32 * 32 + i, of('b', i)]),
]

test('parameters lie one behind the other, rows padded, and come out as they went in', () => {
  expect(layout.floats).toBe(256 + 32 * 32 + 16)
  const flat = new Float64Array(layout.floats)
  layout.pack(values, flat)
  expect(there(flat)).toEqual(expected((name, i) => values[name].data[i]!))
  expect({ ...layout.unpack(flat) }).toEqual(values)
  expect(layout.unpack(Float32Array.from(flat))['b']).toEqual({ shape: [2], data: Float32Array.of(7, 8) })
})

test('a number for each parameter stands wherever it has values, and nowhere else', () => {
  const flat = new Float32Array(layout.floats)
  const numbers = { b: 3, W: 2, wide: 5 }
  layout.fill(flat, (name) => numbers[name as keyof typeof numbers])
  expect(there(flat)).toEqual(expected((name) => numbers[name]))
})

test('what is missing or of another shape is named', () => {
  const flat = new Float64Array(layout.floats)
  expect(refusal(() => layout.pack({ b: values.b }, flat), 'parameters')).toBe('the parameter W is missing')
  const turned = { ...values, W: tensor(values.W.data, [3, 2]) }
  expect(refusal(() => layout.pack(turned, flat), 'shape')).toBe('the parameter W is [3, 2]; it must be [2, 3]')
})
