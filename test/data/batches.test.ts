import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBatches } from '../../src/data/batches.ts'
import { refusal } from '../formats/safetensors-file.ts'

const symbols = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i)

test('windows pass along all streams at once', () => {
  const batches = createBatches(symbols(14), { batch: 2, time: 3 })
  expect([batches.steps, batches.windows]).toEqual([6, 2])
  const ids = new Float32Array(6)
  const targets = new Float32Array(6)
  expect(batches.next(ids, targets)).toBe(3)
  expect([...ids]).toEqual([0, 6, 1, 7, 2, 8])
  expect([...targets]).toEqual([1, 7, 2, 8, 3, 9])
  expect(batches.next(ids, targets)).toBe(3)
  expect([...ids]).toEqual([3, 9, 4, 10, 5, 11])
  expect([...targets]).toEqual([4, 10, 5, 11, 6, 12])
  expect(batches.next(ids, targets)).toBe(0)
})

test('the rest of a stream is left out, or a shorter window at its end', () => {
  expect(createBatches(symbols(12), { batch: 2, time: 3 })).toMatchObject({ steps: 3, windows: 1 })
  const batches = createBatches(symbols(12), { batch: 2, time: 3, tail: true })
  expect(batches).toMatchObject({ steps: 5, windows: 2 })
  const ids = new Float32Array(6)
  const targets = new Float32Array(6)
  batches.seek(3)
  expect(batches.next(ids, targets)).toBe(2)
  expect([...ids.subarray(0, 4)]).toEqual([3, 8, 4, 9])
  expect(batches.position).toBe(5)
})

test('goes on from a stored position', () => {
  const [ids, targets, again] = [new Float32Array(8), new Float32Array(8), new Float32Array(8)]
  const first = createBatches(symbols(100), { batch: 4, time: 2 })
  first.next(ids, targets)
  const { position } = first
  first.next(ids, targets)
  const second = createBatches(symbols(100), { batch: 4, time: 2 })
  second.seek(position)
  second.next(again, targets)
  expect(again).toEqual(ids)
})

test('windows of any place and length can be filled', () => {
  const batches = createBatches(symbols(14), { batch: 2, time: 3 })
  const [ids, targets] = [new Float32Array(10), new Float32Array(10)]
  batches.fill(1, 5, ids, targets)
  expect([...ids]).toEqual([1, 7, 2, 8, 3, 9, 4, 10, 5, 11])
  expect(batches.position).toBe(0)
  expect(() => batches.fill(2, 5, ids, targets)).toThrow('not among the 6')
  expect(() => batches.fill(-1, 2, ids, targets)).toThrow('not among')
  expect(() => batches.fill(0, 6, ids, targets)).toThrow('too many to hold')
})

test('every symbol is met at most once in a pass, and each target is the one behind it', () => {
  const size = fc.integer({ min: 1, max: 9 })
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 200 }), size, size, fc.boolean(), (count, batch, time, tail) => {
      fc.pre(count > batch * time)
      const batches = createBatches(symbols(count), { batch, time, tail })
      const ids = new Float32Array(batch * time)
      const targets = new Float32Array(batch * time)
      const seen = new Set<number>()
      for (let steps = batches.next(ids, targets); steps > 0; steps = batches.next(ids, targets)) {
        for (let i = 0; i < steps * batch; i++) {
          expect(seen.has(ids[i]!)).toBe(false)
          expect(targets[i]).toBe(ids[i]! + 1)
          seen.add(ids[i]!)
        }
      }
      expect(seen.size).toBe(batches.steps * batch)
      expect(count - 1 - seen.size).toBeLessThan(tail ? batch : batch * time)
    }),
  )
})

test('says how long a text must be', () => {
  const refused = (count: number, tail: boolean): string =>
    refusal(() => createBatches(symbols(count), { batch: 50, time: 50, tail, units: 'characters' }), 'data')
  expect(refused(2500, false)).toMatch(
    'the text has 2500 characters; batch 50 and windows of 50 steps take at least 2501',
  )
  expect(refused(50, true)).toMatch('take at least 51')
  expect(createBatches(symbols(2501), { batch: 50, time: 50 }).windows).toBe(1)
  expect(createBatches(symbols(51), { batch: 50, time: 50, tail: true }).windows).toBe(1)
  expect(refusal(() => createBatches(symbols(9), { batch: 0, time: 1 }), 'option')).toMatch('batch is 0')
  expect(refusal(() => createBatches(symbols(9), { batch: 1, time: 1 }).seek(9), 'option')).toMatch('position is 9')
  expect(refusal(() => createBatches(symbols(9), { batch: 1, time: 1 }).seek(1.5), 'option')).toMatch('position is 1.5')
})
