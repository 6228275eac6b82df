import { expect, test } from 'vitest'
import { Ranking } from '../../src/inference/ranking.ts'

/** What is taken out, one after the other. */
function order(logits: readonly number[], ranking = new Ranking(logits.length)): number[] {
  ranking.fill(logits)
  return logits.map(() => ranking.take())
}
const sorted = (logits: readonly number[]): number[] =>
  logits.map((_, i) => i).sort((a, b) => logits[b]! - logits[a]! || a - b)

test('symbols come from the highest on, of equals the lower number first', () => {
  expect(order([1, 3, 2])).toEqual([1, 2, 0])
  expect(order([2, 1, 2, 2, 1])).toEqual([0, 2, 3, 1, 4])
  expect(order([7])).toEqual([0])
  expect(order([1, -Infinity, 0])).toEqual([0, 2, 1])
})

test('as a stable sort, for every size and many an order', () => {
  let seed = 1
  const next = (below: number): number => (seed = (seed * 16807) % 2147483647) % below
  for (let size = 1; size <= 40; size++) {
    const ranking = new Ranking(size)
    for (const values of [3, 1000]) {
      const logits = Array.from({ length: size }, () => next(values))
      expect(order(logits, ranking)).toEqual(sorted(logits))
    }
  }
})
