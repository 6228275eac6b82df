import { describe, expect, test } from 'vitest'
import { columnsOf, copyRow, firstWrong, sliceRows, stepsOf, valueAt, type Rows } from '../../src/data/rows.ts'
import { tensor } from '../../src/tensor.ts'

/** The same three steps of two numbers in each form that has columns. */
const wide = (numbers: readonly number[]): [string, Rows][] => {
  const rows = [0, 1, 2].map((step) => numbers.slice(2 * step, 2 * step + 2))
  return [
    ['arrays', rows],
    ['rows of floats', rows.map((row) => Float64Array.from(row))],
    ['a tensor', { shape: [3, 2], data: Float64Array.from(numbers) }],
  ]
}
/** The same numbers, one a step. */
const flat = (numbers: readonly number[]): [string, Rows][] => [
  ['a list', numbers],
  ['floats', Float64Array.from(numbers)],
  ['a tensor', { shape: [numbers.length], data: Float64Array.from(numbers) }],
]

describe('the first wrong number', () => {
  const float32 = 3.4028234663852886e38
  test.each([NaN, Infinity, -Infinity, 3.5e38, -3.5e38])('%d is none of float32', (value) => {
    for (const [form, rows] of wide([1, -float32, float32, value, 0, value])) {
      expect([form, firstWrong(rows)]).toEqual([form, { step: 1, column: 1 }])
      expect(valueAt(rows, { step: 1, column: 1 })).toBe(value)
    }
    for (const [form, rows] of flat([1, -float32, value])) {
      expect([form, firstWrong(rows)]).toEqual([form, { step: 2, column: 0 }])
    }
  })

  test.each([
    [[0, 1, 2, 3], { from: 0, to: 3, whole: true }, undefined],
    [[0, 1, 2, 4], { from: 0, to: 3, whole: true }, 3],
    [[0, -1, 2, 3], { from: 0, to: 3, whole: true }, 1],
    [[0, 1.5, 2, 3], { from: 0, to: 3, whole: true }, 1],
    [[0, 1.5, 2, 3], { from: 0, to: 3 }, undefined],
    [[-1, 2, -1, 5], { from: 0, to: 3, except: -1 }, 3],
    [[-1, 2, -1], { from: 0, to: 3, except: -1 }, undefined],
    [[-1, 2, -2], { from: 0, to: 3, except: -1 }, 2],
  ])('of %j in the range %j', (numbers, range, step) => {
    const wanted = step === undefined ? undefined : { step, column: 0 }
    for (const [form, rows] of flat(numbers)) expect([form, firstWrong(rows, range)]).toEqual([form, wanted])
  })

  test('no number at all is wrong, whatever the range leaves out', () => {
    expect(firstWrong([1, undefined, 2] as never)).toEqual({ step: 1, column: 0 })
    expect(firstWrong([[1], ['2']] as never)).toEqual({ step: 1, column: 0 })
  })
})

test('steps and columns, a step copied, and some of the steps, of every form', () => {
  for (const [form, rows] of wide([1, 2, 3, 4, 5, 6])) {
    expect([form, stepsOf(rows), columnsOf(rows)]).toEqual([form, 3, 2])
    const into = new Float32Array(4)
    copyRow(rows, 1, 2, into, 1)
    expect([form, ...into]).toEqual([form, 0, 3, 4, 0])
    const some = sliceRows(rows, 1, 3)
    expect([form, stepsOf(some), columnsOf(some)]).toEqual([form, 2, 2])
    expect([0, 1].flatMap((step) => [0, 1].map((column) => valueAt(some, { step, column })))).toEqual([3, 4, 5, 6])
  }
  for (const [form, rows] of flat([1, 2, 3, 4])) {
    expect([form, stepsOf(rows), columnsOf(rows)]).toEqual([form, 4, 1])
    const into = new Float32Array(3)
    copyRow(rows, 2, 1, into, 1)
    expect([form, ...into]).toEqual([form, 0, 3, 0])
    const some = sliceRows(rows, 1, 3)
    expect([form, stepsOf(some), valueAt(some, { step: 0, column: 0 })]).toEqual([form, 2, 2])
  }
  expect(columnsOf(tensor([[1, 2, 3]]))).toBe(3)
})
