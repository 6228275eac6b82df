import { expect, test } from 'vitest'
import { sequenceBatches, sequences } from '../../src/data/index.ts'
import { chain, last, linear } from '../../src/layers/index.ts'
import { meanSquaredError, network, type Loss } from '../../src/models/index.ts'
import { countedPositions, WindowWeight } from '../../src/training/window-weight.ts'

const layer = linear({ input: 2, output: 1 })
const model = (on: 'every step' | 'last step', loss: Loss = meanSquaredError()) =>
  network(on === 'every step' ? layer : chain({ layer, last: last() }), { loss })

/** Each target is the number of its step, from 1 on. */
const batch = (lengths: readonly number[]) =>
  sequenceBatches(
    sequences(
      lengths.map((length) => ({
        x: Array.from({ length }, () => [0, 0]),
        target: Array.from({ length }, (_, t) => [t + 1]),
      })),
    ),
    { batch: lengths.length },
  ).open(0, 0)

test('every step: those of each sequence that lie in the window', () => {
  const given = batch([5, 3])
  expect([0, 1, 2, 3, 4].map((from) => countedPositions(model('every step'), given, from, from + 1))).toEqual([
    2, 2, 2, 1, 1,
  ])
  expect(countedPositions(model('every step'), given, 1, 4)).toBe(5)
  expect(countedPositions(model('every step'), batch([4, 4]), 2, 4)).toBe(4)
})

test('last step: one a sequence, in the window that has its end', () => {
  const given = batch([5, 3])
  const ends = (from: number, to: number): number => countedPositions(model('last step'), given, from, to)
  expect([0, 1, 2, 3, 4].map((from) => ends(from, from + 1))).toEqual([0, 0, 1, 0, 1])
  expect([ends(0, 5), ends(0, 4), ends(3, 5), ends(0, 2)]).toEqual([2, 1, 1, 0])
  const even = batch([4, 4])
  expect(countedPositions(model('last step'), even, 2, 4)).toBe(2)
  expect(countedPositions(model('last step'), even, 0, 3)).toBe(0)
})

test('a loss that weighs is asked for each position, however many steps are looked at at once', () => {
  const loss: Loss = { ...meanSquaredError(), weight: (targets, at) => targets[at]! }
  for (const steps of [1, 2, 3, 8]) {
    const weight = new WindowWeight(model('every step', loss), steps)
    // A smaller batch, then a larger, then the smaller again: they share the arrays.
    expect(weight.of(batch([3]), 0, 3)).toBe(6)
    expect(weight.of(batch([5, 3]), 0, 5)).toBe(15 + 6)
    expect(weight.of(batch([5, 3]), 2, 5)).toBe(12 + 3)
    expect(weight.of(batch([3]), 1, 3)).toBe(5)
    expect(weight.of(batch([3]), 2, 2)).toBe(0)
  }
  expect(new WindowWeight(model('every step'), 2).of(batch([5, 3]), 0, 5)).toBe(8)
})
