import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { rules, rulesOf, type RuleName } from '../../src/forecasting/rules.ts'
import { normalQuantile } from '../../src/normal-quantile.ts'
import { uniform } from '../../src/uniform.ts'

interface Golden {
  readonly cases: {
    past: number[]
    season: number
    horizon: number
    forecasts: { name: RuleName; point: number[]; deviation: number[]; quantiles: Record<string, number[]> }[]
  }[]
}

/** The formulas of Hyndman & Athanasopoulos in numpy: test/golden/forecast-rules.py. */
const golden = JSON.parse(readFileSync(new URL('../golden/forecast-rules.json', import.meta.url), 'utf8')) as Golden

const close = (found: Float64Array, wanted: readonly number[]): void => {
  expect(found).toHaveLength(wanted.length)
  found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 10))
}

const names = Object.keys(rules) as RuleName[]

describe.each(golden.cases)('a past with a season of $season, $horizon steps ahead', (given) => {
  test.each(given.forecasts)('$name', ({ name, point, deviation, quantiles }) => {
    const found = rules[name]({ values: given.past }, given.horizon, given.season)
    close(found.point, point)
    close(found.deviation, deviation)
    for (const [level, wanted] of Object.entries(quantiles)) close(found.quantile(Number(level)), wanted)
    expect(found.note).toBeUndefined()
  })
})

test.each(names)(
  '%s does not look at what stands in for a missing value, nor beyond the last one that is there',
  (name) => {
    const missing = [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1]
    const forecast = (stand: number): unknown => {
      const values = missing.map((gone, t) => (gone ? stand : Math.sin(t) + t))
      const { point, deviation } = rules[name]({ values, missing }, 6, 4)
      return { point, deviation }
    }
    expect(forecast(1e6)).toEqual(forecast(-2))
    // Steps since the last value count as ahead.
    const values = Array.from({ length: 10 }, (_, t) => Math.cos(t))
    const late = rules[name]({ values: [...values, 9, 9], missing: [...values.map(() => 0), 1, 1] }, 4, 3)
    const early = rules[name]({ values }, 6, 3)
    expect(late.point).toEqual(early.point.slice(2))
    expect(late.deviation).toEqual(early.deviation.slice(2))
  },
)

test('seasonal naive takes the season before where a value of the last one is missing', () => {
  const { point } = rules['seasonal naive']({ values: [1, 2, 3, 4, 5, 6, 7], missing: [0, 0, 0, 0, 1, 0, 0] }, 4, 3)
  expect(Array.from(point)).toEqual([2, 6, 7, 2])
})

test('a past that is shorter than a season says the last value, and says so', () => {
  const found = rules['seasonal naive']({ values: [3, 4, 8] }, 2, 12)
  expect(Array.from(found.point)).toEqual([8, 8])
  expect(found.note).toBe('seasonal naive: 3 steps are less than a season of 12, so that the last value goes on')
})

test.each(names)('%s of one value says it, and has no errors to tell of', (name) => {
  const { point, quantile } = rules[name]({ values: [7] }, 3, 2)
  expect(Array.from(point)).toEqual([7, 7, 7])
  expect(Array.from(quantile(0.9))).toEqual([7, 7, 7])
})

test('80 % intervals of naive hold 80 % of random walks', () => {
  let inside = 0
  const draws = 2000
  for (let walk = 0; walk < draws; walk++) {
    let at = 0
    const path = Array.from({ length: 60 }, (_, t) => (at += normalQuantile(uniform(7, 1, walk, t, 0) || 0.5)))
    const { quantile } = rules.naive({ values: path.slice(0, 50) }, 10, 1)
    inside += Number(quantile(0.1)[9]! <= path[59]! && path[59]! <= quantile(0.9)[9]!)
  }
  expect(inside / draws).toBeGreaterThan(0.77)
  expect(inside / draws).toBeLessThan(0.83)
})

test('without a season, seasonal naive is naive and is left out', () => {
  expect(rulesOf(1)).toEqual(['naive', 'drift', 'mean'])
  expect(rulesOf(7)[0]).toBe('seasonal naive')
})

test('what cannot be forecast is refused', () => {
  expect(() => rules.naive({ values: [1, 2], missing: [1, 1] }, 1, 1)).toThrow(
    'of a past of 2 steps, no value is there',
  )
  expect(() => rules.mean({ values: [] }, 1, 1)).toThrow('of a past of 0 steps')
  expect(() => rules.mean({ values: [1] }, 0, 1)).toThrow('horizon is 0; it must be a whole number')
  expect(() => rules.mean({ values: [1] }, 1, 1.5)).toThrow('season is 1.5')
  expect(() => rules.mean({ values: [1] }, 1, 1).quantile(1)).toThrow('level is 1')
})
