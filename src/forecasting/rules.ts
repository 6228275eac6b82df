import { UnrolledError } from '../error.ts'
import { normalQuantile } from '../normal-quantile.ts'
import { checkNumber } from '../options.ts'

/** Values up to now, in steps; where `missing` is not 0, what stands in for one is not looked at. */
export interface Past {
  /** Evenly spaced, the oldest first. */
  readonly values: ArrayLike<number>
  /** As many numbers, not 0 where a value is missing; absent where none is. */
  readonly missing?: ArrayLike<number>
}

/** What a rule says of the steps that come next. */
export interface RuleForecast {
  /** One number for each step ahead, in the units of the values. */
  readonly point: Float64Array
  /** The standard deviation of its error at each step, by its errors in the past; 0 where the past is too short to have any. */
  readonly deviation: Float64Array
  /** The number below which the value of each step is with that probability, above 0 and below 1, of normal errors. */
  quantile(level: number): Float64Array
  /** What was not done as it is called, in words. */
  readonly note?: string
}

/**
 * A simple rule: of the past, the number of steps to come and the steps of a season, a forecast.
 * @throws UnrolledError `data` where no value is there, `option` where horizon or season are no whole numbers from 1.
 */
export type Rule = (past: Past, horizon: number, season: number) => RuleForecast

/*
 * The rules and their σₕ are those of Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 5.2 and 5.5;
 * σ̂² = Σ e² ÷ (residuals − parameters). The past ends with its last value that is not missing: the steps since count as ahead.
 */

/** The last value goes on: σₕ = σ̂ √h. */
const naive: Rule = (past, horizon, season) =>
  forecastBy(observedOf(past, horizon, season), horizon, ({ values, steps }) => {
    const last = values[steps - 1]!
    return {
      parameters: 0,
      from: 1,
      residual: (t) => values[t]! - values[t - 1]!,
      point: () => last,
      growth: (h) => Math.sqrt(h),
    }
  })

/** What was a whole number of seasons before: σₕ = σ̂ √(k + 1), k the whole seasons in h − 1. */
const seasonalNaive: Rule = (past, horizon, season) => {
  const observed = observedOf(past, horizon, season)
  if (observed.steps < season) {
    const note = `seasonal naive: ${observed.steps} steps are less than a season of ${season}, so that the last value goes on`
    return { ...naive(past, horizon, season), note }
  }
  return forecastBy(observed, horizon, ({ values, steps }) => ({
    parameters: 0,
    from: season,
    residual: (t) => values[t]! - values[t - season]!,
    point: (h) => lastOf(values, steps - 1 + h - season * Math.ceil(h / season), season),
    growth: (h) => Math.sqrt(Math.ceil(h / season)),
  }))
}

/** The line through the first and the last value goes on: σₕ = σ̂ √(h (1 + h ÷ (T − 1))). */
const drift: Rule = (past, horizon, season) =>
  forecastBy(observedOf(past, horizon, season), horizon, ({ values, steps }) => {
    const last = values[steps - 1]!
    const slope = steps > 1 ? (last - values[0]!) / (steps - 1) : 0
    return {
      parameters: 1,
      from: 1,
      residual: (t) => values[t]! - values[t - 1]! - slope,
      point: (h) => last + h * slope,
      growth: (h) => Math.sqrt(h * (1 + h / Math.max(1, steps - 1))),
    }
  })

/** The mean of all: σₕ = σ̂ √(1 + 1 ÷ T). */
const mean: Rule = (past, horizon, season) =>
  forecastBy(observedOf(past, horizon, season), horizon, ({ values }) => {
    let [sum, count] = [0, 0]
    for (let t = 0; t < values.length; t++) {
      if (Number.isNaN(values[t]!)) continue
      sum += values[t]!
      count++
    }
    const center = sum / count
    return {
      parameters: 1,
      from: 0,
      residual: (t) => values[t]! - center,
      point: () => center,
      growth: () => Math.sqrt(1 + 1 / count),
    }
  })

/** The rules that a forecaster is held against, by name. */
export const rules = { 'seasonal naive': seasonalNaive, naive, drift, mean } as const satisfies Readonly<
  Record<string, Rule>
>

/** What a rule is called: `seasonal naive`, `naive`, `drift` or `mean`. */
export type RuleName = keyof typeof rules

/** The rules that differ with seasons of so many steps, first the one whose error others are told as shares of. */
export const rulesOf = (season: number): readonly RuleName[] =>
  (Object.keys(rules) as RuleName[]).filter((name) => season > 1 || name !== 'seasonal naive')

/** The past from its first to its last value that is there; NaN where one in between is missing. */
interface Observed {
  readonly values: Float64Array
  readonly steps: number
  /** Steps behind the last that is there. */
  readonly since: number
}

function observedOf({ values, missing }: Past, horizon: number, season: number): Observed {
  checkNumber('rules', 'horizon', horizon, { from: 1, whole: true })
  checkNumber('rules', 'season', season, { from: 1, whole: true })
  // A past goes back to where a series began: of a thousand windows each has nearly all of it, which is only looked at.
  const all = values instanceof Float64Array && !missing ? values : new Float64Array(values)
  for (let t = 0; t < (missing?.length ?? 0); t++) if (missing![t]) all[t] = NaN
  const first = all.findIndex((value) => !Number.isNaN(value))
  const last = all.findLastIndex((value) => !Number.isNaN(value))
  if (first < 0) throw new UnrolledError('data', `rules: of a past of ${all.length} steps, no value is there`)
  return { values: all.subarray(first, last + 1), steps: last + 1 - first, since: all.length - 1 - last }
}

interface Formula {
  /** How many numbers it took from the past. */
  readonly parameters: number
  /** What was wrong at a step of the past, had it said one step ahead, of those from the first it could say; NaN where a value is missing. */
  readonly from: number
  residual(step: number): number
  /** What it says of so many steps ahead, and how many times larger its deviation is there than in the past. */
  point(ahead: number): number
  growth(ahead: number): number
}

function forecastBy(observed: Observed, horizon: number, formula: (observed: Observed) => Formula): RuleForecast {
  const { point: pointAt, growth, ...past } = formula(observed)
  const ahead = (of: (h: number) => number): Float64Array => {
    const values = new Float64Array(horizon)
    for (let i = 0; i < horizon; i++) values[i] = of(observed.since + i + 1)
    return values
  }
  // All of the past is gone through for it, and who wants the point alone does not ask.
  let found: Float64Array | undefined
  const deviation = (): Float64Array => {
    if (found) return found
    const sigma = deviationOf(observed.steps, past)
    return (found = ahead((h) => sigma * growth(h)))
  }
  const point = ahead(pointAt)
  return {
    point,
    get deviation() {
      return deviation()
    },
    quantile(level) {
      checkNumber('rules', 'level', level, { above: 0, below: 1 })
      const z = normalQuantile(level)
      return point.map((value, i) => value + z * deviation()[i]!)
    },
  }
}

/** The deviation of errors in the past, those that are not known left out; 0 where there are no more than `parameters`. */
function deviationOf(
  steps: number,
  { from, parameters, residual }: Pick<Formula, 'from' | 'parameters' | 'residual'>,
): number {
  let [squares, free] = [0, -parameters]
  for (let t = from; t < steps; t++) {
    const error = residual(t)
    if (Number.isNaN(error)) continue
    squares += error * error
    free++
  }
  return free > 0 ? Math.sqrt(squares / free) : 0
}

/** The value at a step, or where it is missing that of the nearest season before; where none has one, the last of all. */
function lastOf(values: Float64Array, step: number, season: number): number {
  for (let t = step; t >= 0; t -= season) {
    if (!Number.isNaN(values[t]!)) return values[t]!
  }
  return values.at(-1)!
}
