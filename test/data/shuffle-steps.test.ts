import { expect, test } from 'vitest'
import { labelled, shuffleSteps, type Tensor } from '../../src/node.ts'

const rows = Array.from({ length: 6 }, (_, i) => ({ x: Array.from({ length: 5 + i }, (_, t) => [i, t]), k: i % 2 }))
const data = labelled(rows, { x: 'x', label: 'k', scale: false })
const stepsIn = (one: typeof data, i: number): string[] => {
  const { shape, data } = one.items[i]!.x as Tensor
  return Array.from({ length: shape[0]! }, (_, t) => [...data.subarray(2 * t, 2 * t + 2)].join())
}

test('steps of each sequence come in another order, the same for a seed, and nothing else changes', () => {
  const shuffled = shuffleSteps(data, { seed: 3 })
  const orders = rows.map((_, i) => stepsIn(shuffled, i).map((step) => Number(step.split(',')[1])))
  rows.forEach((_, i) => {
    expect([...stepsIn(shuffled, i)].sort()).toEqual([...stepsIn(data, i)].sort())
    expect(shuffled.items[i]!.target).toEqual(data.items[i]!.target)
  })
  expect(orders.filter((order) => order.some((t, i) => t !== i)).length).toBeGreaterThan(3)
  // Each sequence has an order of its own.
  expect(new Set(orders.map((order) => order.filter((t) => t < 5).join())).size).toBeGreaterThan(1)
  expect(stepsIn(shuffleSteps(data, { seed: 3 }), 0)).toEqual(stepsIn(shuffled, 0))
  expect(rows.some((_, i) => stepsIn(shuffleSteps(data), i).join() !== stepsIn(shuffled, i).join())).toBe(true)
  expect(shuffled.ports).toEqual(data.ports)
  expect(shuffled.labels).toBe(data.labels)
  expect(shuffled.hash).not.toBe(data.hash)
})
