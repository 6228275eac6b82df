import { describe, expect, test } from 'vitest'
import { numberTicks } from '../../src/forecasting/drawing/number-ticks.ts'
import { timeTicks } from '../../src/forecasting/drawing/time-ticks.ts'
import type { Tick } from '../../src/forecasting/index.ts'
import { uniform } from '../../src/uniform.ts'

const hour = 3_600_000
const day = 24 * hour
const every = (length: number, from: string, count: number): Date[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.parse(from) + i * length))
const monthly = (year: number, months: number, count: number): Date[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.UTC(year, i * months)))

const shown = (ticks: readonly Tick[]): string =>
  ticks.map(({ at, text, under }) => `${at} ${text}${under === undefined ? '' : ` (${under})`}`).join(', ')
const utc = (time: number): number => time

describe('times are marked by the calendar', () => {
  test.each([
    ['seconds', every(1000, '2024-01-01', 50), '0 00:00:00 (1 Jan 2024), 15 00:00:15, 30 00:00:30, 45 00:00:45'],
    [
      'hours',
      every(hour, '2024-03-09T05:00Z', 40),
      '1 06:00 (9 Mar 2024), 7 12:00, 13 18:00, 19 00:00 (10 Mar 2024), 25 06:00, 31 12:00, 37 18:00',
    ],
    ['days of a month', every(day, '2024-02-27', 6), '0 27 (Feb 2024), 1 28, 2 29, 3 1 (Mar 2024), 4 2, 5 3'],
    ['Mondays', every(day, '2024-02-20', 20), '6 26 (Feb 2024), 13 4 (Mar 2024)'],
    [
      'business days',
      every(day, '2024-01-01', 30).filter((date) => date.getUTCDay() % 6),
      '0 1 (Jan 2024), 5 8, 10 15, 15 22, 20 29',
    ],
    ['months', monthly(2020, 1, 15), '0 Jan (2020), 3 Apr, 6 Jul, 9 Oct, 12 Jan (2021)'],
    ['months, all of which have a place', monthly(2020, 1, 4), '0 Jan (2020), 1 Feb, 2 Mar, 3 Apr'],
    ['years', monthly(1900, 12, 45), '0 1900, 10 1910, 20 1920, 30 1930, 40 1940'],
    ['days as the first steps of months', every(day, '2023-11-15', 100), '16 Dec (2023), 47 Jan (2024), 78 Feb'],
    ['one time', every(day, '2024-01-01', 1), '0 2024-01-01'],
  ])('%s', (_, times, wanted) => {
    expect(shown(timeTicks(times, utc, 7))).toBe(wanted)
  })

  test('as clocks show it', () => {
    const ticks = timeTicks(every(hour, '2024-03-09T20:00Z', 10), (time) => time + 2 * hour, 3)
    expect(shown(ticks)).toBe('2 00:00 (10 Mar 2024), 5 03:00, 8 06:00')
  })

  test('at least once, and never more than there is place for', () => {
    for (let i = 0; i < 200; i++) {
      const length = 2 ** Math.floor(40 * uniform(1, 1, i, 0, 0))
      const times = every(length, '2011-05-17T13:14:15Z', 2 + Math.floor(300 * uniform(1, 2, i, 0, 0)))
      const most = 2 + Math.floor(12 * uniform(1, 3, i, 0, 0))
      const ticks = timeTicks(times, utc, most)
      expect(ticks.length).toBeGreaterThan(0)
      expect(ticks.length).toBeLessThanOrEqual(most)
    }
  })
})

test('steps without dates are marked by round numbers', () => {
  const steps = Array.from({ length: 100 }, (_, i) => i + 37)
  expect(shown(timeTicks(steps, utc, 7))).toBe('3 40, 23 60, 43 80, 63 100, 83 120')
  expect(shown(timeTicks([7, 8, 9], utc, 7))).toBe('0 7, 1 8, 2 9')
  expect(shown(timeTicks([5], utc, 7))).toBe('0 5')
  const tenths = Array.from({ length: 8 }, (_, i) => 0.1 * i)
  expect(shown(timeTicks(tenths, utc, 4))).toBe('0 0, 2 0.2, 4 0.4, 6 0.6')
})

test.each([
  [0, 1, '0 0.0, 0.2 0.2, 0.4 0.4, 0.6 0.6, 0.8 0.8, 1 1.0'],
  [-5, 17, '-5 -5, 0 0, 5 5, 10 10, 15 15'],
  [99.5, 100.2, '99.6 99.6, 99.8 99.8, 100 100.0, 100.2 100.2'],
  [0, 123456, '0 0, 50000 50,000, 100000 100,000'],
  [1e-7, 3e-7, '1e-7 1e-7, 1.5e-7 1.5e-7, 2e-7 2e-7, 2.5e-7 2.5e-7, 3e-7 3e-7'],
  [0, 4e12, '0 0, 1000000000000 1e12, 2000000000000 2e12, 3000000000000 3e12, 4000000000000 4e12'],
])('numbers from %d to %d are marked where they are round', (low, high, wanted) => {
  expect(shown(numberTicks(low, high, 6))).toBe(wanted)
})
