// What a loss says of a row of the output: probabilities, a label, and how well it fits.
import { describe, expect, test } from 'vitest'
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from '../../src/models/losses/index.ts'

const softmax = (row: readonly number[]): number[] => {
  const total = row.reduce((sum, v) => sum + Math.exp(v), 0)
  return row.map((v) => Math.exp(v) / total)
}
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v))

describe('probabilities', () => {
  const output = [5, 6, 1, 2, 4, 7]

  test.each([
    ['crossEntropy: of one of several', crossEntropy(), softmax([1, 2, 4])],
    ['binaryCrossEntropy: of each by itself', binaryCrossEntropy(), [1, 2, 4].map(sigmoid)],
  ] as const)('%s, in the places of the row alone', (_, loss, wanted) => {
    const into = new Float64Array(6).fill(-1)
    loss.probabilities!(output, 2, 3, into)
    expect([...into.subarray(0, 2), into[5]]).toEqual([-1, -1, -1])
    wanted.forEach((value, c) => expect(into[2 + c]).toBeCloseTo(value, 14))
  })

  test('are none of other losses', () => {
    expect(meanSquaredError().probabilities).toBeUndefined()
  })

  test('do not overflow', () => {
    const { label, probabilities } = crossEntropy().decode!([1e4, 1e4, -1e4])
    expect(probabilities).toEqual([0.5, 0.5, 0])
    // Of equals the first.
    expect(label).toBe(0)
  })
})

test('a label is the likeliest class', () => {
  const { label, probabilities } = crossEntropy().decode!([0.5, 3, 1])
  expect(label).toBe(1)
  softmax([0.5, 3, 1]).forEach((value, c) => expect(probabilities![c]).toBeCloseTo(value, 14))
})

test('accuracy is the share of what is right', () => {
  const one = crossEntropy().metrics!['accuracy']!
  expect([one([1, 3, 2], [1]), one([1, 3, 2], [2]), one([3, 1, 2], [0])]).toEqual([1, 0, 1])
  const each = binaryCrossEntropy().metrics!['accuracy']!
  expect(each([2, -1, 3, -4], [1, 0, 0, 1])).toBe(0.5)
  expect(each([2, -1], [1, 0])).toBe(1)
  expect(each([-2, 1], [1, 0])).toBe(0)
  // Nothing said is a no.
  expect(each([0], [0])).toBe(1)
  expect(each([1], [0.5])).toBe(0)
})

test('a step counts by its class, and nothing where it is ignored', () => {
  expect(crossEntropy().weight).toBeUndefined()
  const weighted = crossEntropy({ weights: [1, 2, 3] })
  expect([weighted.weight!([0, 2, 1], 1), weighted.weight!([0, 2, 1], 0)]).toEqual([3, 1])
  const ignoring = crossEntropy({ ignore: 2 })
  expect([ignoring.weight!([0, 2, 1], 1), ignoring.weight!([0, 2, 1], 2)]).toEqual([0, 1])
})
