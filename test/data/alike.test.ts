import { expect, test } from 'vitest'
import { alike } from '../../src/data/alike.ts'

const lengths = Array.from({ length: 103 }, (_, i) => 1 + ((i * 37) % 50))
const spread = (order: Uint32Array, batch: number): number => {
  let padding = 0
  for (let from = 0; from < order.length; from += batch) {
    const some = [...order.subarray(from, from + batch)].map((i) => lengths[i]!)
    padding += some.length * Math.max(...some) - some.reduce((a, b) => a + b, 0)
  }
  return padding
}

test('every sequence comes once, batches are of one length nearly, and each pass has another order', () => {
  const order = alike(lengths, 10, 1, 0)
  expect([...order].sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i))
  expect(spread(order, 10)).toBeLessThan(spread(Uint32Array.from(lengths.keys()), 10) / 4)
  expect(alike(lengths, 10, 1, 0)).toEqual(order)
  expect(alike(lengths, 10, 1, 1)).not.toEqual(order)
  expect(alike(lengths, 10, 2, 0)).not.toEqual(order)
  // Not from short to long: an update sees short and long ones by turns.
  const firsts = Array.from({ length: 10 }, (_, i) => lengths[order[i * 10]!]!)
  expect(firsts).not.toEqual([...firsts].sort((a, b) => a - b))
})
