import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  coverage,
  crpsOfQuantiles,
  crpsOfSamples,
  mae,
  mase,
  mse,
  rmse,
  seasonalScale,
  smape,
  weightedQuantileLoss,
} from '../../src/forecasting/metrics.ts'
import { normalQuantile } from '../../src/normal-quantile.ts'
import { erf } from '../../src/erf.ts'
import { uniform } from '../../src/uniform.ts'
import { refusal } from '../formats/safetensors-file.ts'

interface Golden {
  readonly metrics: {
    season: number
    history: number[]
    gone: number[]
    actual: number[]
    missing: number[]
    point: number[]
    levels: number[]
    quantiles: number[][]
    found: Record<string, number>
  }[]
  readonly samples: { samples: number[]; actual: number; crps: number }[]
  readonly normal: [number, number][]
}

/** What numpy, scipy, scoringrules and properscoring say: test/golden/forecast-metrics.py. */
const golden = JSON.parse(readFileSync(new URL('../golden/forecast-metrics.json', import.meta.url), 'utf8')) as Golden

describe('metrics agree with Python', () => {
  test.each(golden.metrics)('season $season', (given) => {
    const { season, history, gone, actual, missing, point, levels, quantiles } = given
    const scale = seasonalScale(history, season, gone)
    const found = {
      mae: mae(point, actual, missing),
      mse: mse(point, actual, missing),
      rmse: rmse(point, actual, missing),
      scale,
      mase: mase(point, actual, scale, missing),
      smape: smape(point, actual, missing),
      crps: crpsOfQuantiles(quantiles, levels, actual, missing),
      weightedQuantileLoss: weightedQuantileLoss(quantiles, levels, actual, missing),
      coverage: coverage({ low: quantiles[0]!, high: quantiles.at(-1)! }, actual, missing),
    }
    expect(Object.keys(found)).toEqual(Object.keys(given.found))
    for (const [name, value] of Object.entries(found)) expect(value, name).toBeCloseTo(given.found[name]!, 12)
  })

  test.each(golden.samples)('CRPS of samples', ({ samples, actual, crps }) => {
    expect(crpsOfSamples(samples, actual)).toBeCloseTo(crps, 12)
    expect(crpsOfSamples([...samples].reverse(), actual)).toBeCloseTo(crps, 12)
  })

  test.each(golden.normal)('the normal quantile of %d', (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(p > 1e-4 && p < 1 - 1e-4 ? 1e-12 : 1e-9)
  })
})

test('what is not there is not judged, whatever stands in for it', () => {
  const scores = (stand: number): unknown[] => {
    const [forecast, actual, missing] = [
      [1, 2, 3],
      [2, stand, 5],
      [0, 1, 0],
    ]
    return [
      mae(forecast, actual, missing),
      rmse(forecast, actual, missing),
      smape(forecast, actual, missing),
      weightedQuantileLoss([forecast], [0.3], actual, missing),
      coverage({ low: [1, 1, 1], high: forecast }, actual, missing),
      seasonalScale([stand, 2, 4, 5], 1, [1, 0, 0, 0]),
    ]
  }
  expect(scores(1e9)).toEqual(scores(-3))
  expect(mae([1], [2], [1])).toBeNaN()
})

test('a past that repeats itself exactly scales nothing, a short one is taken step by step', () => {
  expect(seasonalScale([1, 2, 1, 2, 1, 2], 2)).toBeUndefined()
  expect(mase([3], [4], undefined)).toBeUndefined()
  expect(seasonalScale([5, 5], 12)).toBeUndefined()
  expect(seasonalScale([1, 2, 4], 12)).toBe(1.5)
  expect(seasonalScale([1, 2, 4], 3)).toBe(1.5)
  expect(seasonalScale([1], 1)).toBeUndefined()
})

test('sMAPE of nothing forecast as nothing is 0, of anything forecast as nothing 2', () => {
  expect(smape([0, 0], [0, 3])).toBe(1)
})

test('the weighted quantile loss of values that are all 0 is not a number, never infinite', () => {
  expect(weightedQuantileLoss([[1]], [0.5], [0])).toBeNaN()
})

test('scores of a distribution are what its integral says', () => {
  // The CRPS of a normal distribution (Gneiting & Raftery 2007): σ (z (2 Φ(z) − 1) + 2 φ(z) − 1 ÷ √π).
  const [mean, sigma, actual] = [2, 3, 4.5]
  const z = (actual - mean) / sigma
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  const exact = sigma * (z * erf(z / Math.SQRT2) + 2 * density - 1 / Math.sqrt(Math.PI))
  const levels = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000)
  const quantiles = levels.map((level) => [mean + sigma * normalQuantile(level)])
  expect(crpsOfQuantiles(quantiles, levels, [actual])).toBeCloseTo(exact, 2)
  const draws = Array.from({ length: 4000 }, (_, i) => mean + sigma * normalQuantile(uniform(1, 2, 3, i, 0) || 0.5))
  expect(crpsOfSamples(draws, actual)).toBeCloseTo(exact, 1)
  expect(crpsOfSamples([3], 5)).toBe(2)
})

test('steps that do not fit are refused with their numbers', () => {
  expect(() => mae([1, 2], [1, 2, 3])).toThrow('there are 2 steps of a forecast, 3 values that came')
  expect(() => mae([1], [1], [0, 0])).toThrow('and 2 marks of what is missing')
  expect(() => crpsOfQuantiles([[1]], [0.1, 0.9], [1])).toThrow('there are 1 quantiles of 2 levels')
})

test.each<[string, () => unknown]>([
  ['a forecast must be a list, not undefined', () => mae(undefined as never, [1])],
  ['what came must be a list, not 3', () => smape([1], 3 as never)],
  ["a past must be a list, not 'x'", () => seasonalScale('x' as never, 1)],
  ['samples must be a list, not null', () => crpsOfSamples(null as never, 1)],
  ['levels must be a list, not undefined', () => crpsOfQuantiles([[1]], undefined as never, [1])],
  ['a forecast must be a list, not undefined', () => coverage(undefined as never, [1])],
])('what is no list is refused: %s', (message, action) => {
  expect(refusal(action, 'shape')).toContain(message)
})
