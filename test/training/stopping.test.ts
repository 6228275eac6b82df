import { expect, test } from 'vitest'
import { earlyStopping, limits } from '../../src/training/stopping.ts'

function after(stopping: ReturnType<typeof earlyStopping>, losses: readonly number[]) {
  let state = stopping.initial
  let improved = false
  for (const loss of losses) {
    improved = stopping.improves(state.best, loss)
    state = stopping.observe(JSON.parse(JSON.stringify(state)), loss)
  }
  return { state, improved, stop: stopping.over(state) }
}

test('stops after patience validations without improvement, and starts anew with each', () => {
  const stopping = earlyStopping({ patience: 2 })
  expect(after(stopping, [3, 2, 2]).stop).toBe(false)
  expect(after(stopping, [3, 2, 2, 2]).stop).toBe(true)
  expect(after(stopping, [3, 2, 2, 1, 1]).stop).toBe(false)
  expect(after(stopping, [3, 2, 2, 1])).toEqual({ state: { best: 1, bad: 0 }, improved: true, stop: false })
})

test('an improvement no larger than minDelta is none', () => {
  expect(after(earlyStopping({ minDelta: 0.1 }), [3, 2.95]).improved).toBe(false)
  expect(after(earlyStopping({ minDelta: 0.1 }), [3, 2.95, 2.85]).improved).toBe(true)
})

test('without patience it never stops', () => {
  expect(after(earlyStopping(), Array(100).fill(1)).stop).toBe(false)
})

test('NaN never is the best', () => {
  expect(after(earlyStopping({ patience: 1 }), [NaN])).toEqual({ state: { bad: 1 }, improved: false, stop: true })
})

test('limits: whichever comes first', () => {
  const { total, reached } = limits({ epochs: 2.5, steps: 100, minutes: 1 })
  expect([total(10), total(80)]).toEqual([25, 100])
  expect(reached(99, 2.4, 59_999)).toBeUndefined()
  expect(reached(100, 1, 0)).toBe('steps')
  expect(reached(1, 2.5, 0)).toBe('epochs')
  expect(reached(1, 1, 60_000)).toBe('minutes')
  expect(limits({ minutes: 2 }).total(10)).toBe(Infinity)
})

test.each([{ epochs: 0 }, { steps: 1.5 }, { minutes: NaN }, { epochs: -1 }])('%o is an error', (options) => {
  expect(() => limits(options)).toThrow(/train: \w+ is .*; it must be/)
})
