import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Report } from '../../src/training/report.ts'

/** What the clock shows, in milliseconds; it goes only where a test moves it. */
let clock = 0
beforeEach(() => {
  clock = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => clock)
})
afterEach(() => void vi.restoreAllMocks())

const report = (options: Partial<ConstructorParameters<typeof Report>[0]> = {}): Report =>
  new Report({ total: Infinity, minutes: undefined, elapsedMs: 0, validationPositions: 0, ...options })

test('before it begins no time has gone by, and nobody knows how long it will take', () => {
  const idle = report({ total: 10, elapsedMs: 300 })
  clock = 5000
  expect(idle.here).toBe(0)
  expect(idle.elapsedMs).toBe(300)
  expect(idle.progress(0, 0.5)).toEqual({ step: 0, epoch: 0.5, unitsPerSecond: 0, elapsedMs: 300 })
})

test('the clock runs from the first beginning to the first end', () => {
  const run = report({ elapsedMs: 300 })
  run.begin()
  clock += 200
  run.begin()
  expect(run.here).toBe(200)
  clock += 50
  run.end()
  clock += 1000
  run.end()
  expect(run.here).toBe(250)
  expect(run.elapsedMs).toBe(550)
})

test('speed is that of this process, time that of all', () => {
  const run = report({ elapsedMs: 8000 })
  run.begin()
  clock += 2000
  run.count(30)
  run.count(10)
  expect(run.progress(5, 1)).toEqual({ step: 5, epoch: 1, unitsPerSecond: 20, elapsedMs: 10_000 })
})

test('what is left goes by updates or minutes, whichever ends first', () => {
  const left = (total: number, minutes: number | undefined): number | undefined => {
    const run = report({ total, minutes, elapsedMs: 1000 })
    run.begin()
    clock += 3000
    return run.progress(8, 1).timeLeftMs
  }
  expect(left(10, undefined)).toBe(1000)
  expect(left(Infinity, 0.1)).toBe(2000)
  expect(left(10, 0.1)).toBe(1000)
  expect(left(40, 0.1)).toBe(2000)
  expect(left(Infinity, undefined)).toBeUndefined()
  // Never less than nothing.
  expect(left(4, undefined)).toBe(0)
})

test('a validation that is still to come is counted in: as slow as training, then as the last was', () => {
  const run = report({ total: 4, validationPositions: 50 })
  run.begin()
  clock += 1000
  expect(run.progress(1, 0).timeLeftMs).toBe(3000)
  run.count(100)
  expect(run.progress(1, 0).timeLeftMs).toBe(3000 + 500)
  expect(run.progress(1, 0, 0.8).timeLeftMs).toBeCloseTo(3000 + 100, 9)
  run.validating()
  clock += 200
  run.validated()
  expect(run.progress(1, 0).timeLeftMs).toBe(3600)
  run.count(100)
  expect(run.progress(1, 0).timeLeftMs).toBe(3600 + 200)
})

test('without validation none is counted in', () => {
  const run = report({ total: 4 })
  run.begin()
  clock += 1000
  run.count(100)
  expect(run.progress(1, 0).timeLeftMs).toBe(3000)
})
