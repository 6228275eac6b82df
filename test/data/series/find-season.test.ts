import { expect, test } from 'vitest'
import { findSeason, likeness } from '../../../src/data/series/find-season.ts'

const noise = (count: number, seed: number): Float64Array => {
  let state = seed
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  })
}
const made = (count: number, value: (i: number) => number, seed = 3): Float64Array =>
  noise(count, seed).map((rest, i) => value(i) + rest)
const wave = (i: number, season: number): number => Math.sin((2 * Math.PI * i) / season)

test('the shortest season that explains as much', () => {
  const hour = { unit: 'hour', count: 1 } as const
  const daily = made(2000, (i) => 2 * wave(i, 24))
  expect(findSeason([daily], hour).steps).toBe(24)
  // Weekends are other days: the week says more than the day.
  const weekly = made(2000, (i) => (i % 168 < 48 ? 0 : 2 * wave(i, 24) + 1))
  expect(findSeason([weekly], hour).steps).toBe(168)
  expect(findSeason([made(2000, (i) => 2 * wave(i, 96))], { unit: 'minute', count: 15 }).steps).toBe(96)
})

test('none in noise, in a trend, in a slow wave, in a walk, in what never changes, in too little', () => {
  const month = { unit: 'month', count: 1 } as const
  const walks = [5, 6, 7, 8, 9].map((seed) => {
    let sum = 0
    return noise(600, seed).map((step) => (sum += step))
  })
  for (const frequency of [month, { unit: 'step', count: 1 }] as const) {
    for (const values of [made(600, () => 0), made(600, (i) => i / 2), ...walks, new Float64Array(600).fill(4)]) {
      expect(findSeason([values], frequency).steps).toBe(1)
    }
  }
  expect(findSeason([made(600, (i) => 5 * wave(i, 150))], month).steps).toBe(1)
  expect(findSeason([Float64Array.from({ length: 35 }, (_, i) => wave(i, 12))], month).steps).toBe(1)
  expect(findSeason([Float64Array.from({ length: 36 }, (_, i) => wave(i, 12))], month).steps).toBe(12)
})

test('steps that mean nothing may come back after any number of them', () => {
  expect(findSeason([made(800, (i) => 3 * wave(i, 37))], { unit: 'step', count: 1 }).steps).toBe(37)
})

test('a line through a season leaves the season: correlation 1', () => {
  expect(
    likeness(
      Float64Array.from({ length: 120 }, (_, i) => 5 * i + (i % 6)),
      6,
    ),
  ).toBeCloseTo(1, 6)
  expect(
    likeness(
      Float64Array.from({ length: 121 }, (_, i) => 5 * i + (i % 7)),
      7,
    ),
  ).toBeCloseTo(1, 1)
})
