import { expect, test } from 'vitest'
import { tensor, type NestedNumbers } from '../src/tensor.ts'
import { refusal } from './formats/safetensors-file.ts'

test('takes nested arrays of any depth', () => {
  expect(tensor([1, 1, 1])).toEqual({ shape: [3], data: Float64Array.of(1, 1, 1) })
  expect(
    tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ).toEqual({ shape: [3, 2], data: Float64Array.of(1, 2, 3, 4, 5, 6) })
  expect(tensor([[[1]], [[2]]]).shape).toEqual([2, 1, 1])
  expect(tensor(7)).toEqual({ shape: [], data: Float64Array.of(7) })
  expect(tensor([]).shape).toEqual([0])
})

test('takes a flat array and a shape', () => {
  const data = Float32Array.of(1, 2, 3, 4)
  expect(tensor(data, [2, 2])).toEqual({ shape: [2, 2], data })
  expect(tensor(data).shape).toEqual([4])
  expect(tensor([1, 2, 3, 4], [2, 2]).shape).toEqual([2, 2])
})

test('says what does not fit', () => {
  const refused = (values: unknown, shape?: number[]): string =>
    refusal(() => tensor(values as NestedNumbers, shape), 'shape')
  expect(refused([1, 2, 3], [2, 2])).toMatch('[2, 2] takes 4 numbers; 3 were given')
  expect(refused([1, 2], [-2])).toMatch('axis 0 of the shape is -2')
  expect(refused([[1, 2], [3]])).toMatch('[1] is an array of 1; by the first entries it must be an array of 2')
  expect(refused([1, [2]])).toMatch('[1] is an array of 1; a number belongs there')
  expect(refused([[1], 2])).toMatch('[1] is the number 2')
  expect(refused([1, 'a'])).toMatch('[1] is of type string')
  expect(refused(Int32Array.of(1))).toMatch('the value is of type Int32Array; Array.from makes numbers of it')
  expect(refused([Float32Array.of(1)])).toMatch('[0] is of type Float32Array; Array.from makes numbers of it')
  expect(refused(null)).toMatch('the value is null')
})

test('a shape is a list', () => {
  expect(refusal(() => tensor([1, 2], 2 as never), 'shape')).toContain('a shape is a list of sizes, not 2')
})
