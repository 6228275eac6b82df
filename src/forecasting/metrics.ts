import { UnrolledError } from '../error.ts'
import { shown } from '../options.ts'

type Numbers = ArrayLike<number>

/**
 * The mean absolute error of a forecast, both in steps. Here and in all that follows, steps where `missing` is not 0 are not judged;
 * where none is left, what is found is NaN.
 * @throws UnrolledError `shape` where there are not as many numbers of each, or no numbers.
 */
export const mae = (forecast: Numbers, actual: Numbers, missing?: Numbers): number =>
  meanOver(judgedSteps(forecast, actual, missing), (t) => Math.abs(actual[t]! - forecast[t]!))

/** The mean squared error. */
export const mse = (forecast: Numbers, actual: Numbers, missing?: Numbers): number =>
  meanOver(judgedSteps(forecast, actual, missing), (t) => (actual[t]! - forecast[t]!) ** 2)

/** The root of the mean squared error. */
export const rmse = (forecast: Numbers, actual: Numbers, missing?: Numbers): number =>
  Math.sqrt(mse(forecast, actual, missing))

/**
 * The mean absolute scaled error (Hyndman & Koehler 2006): the mean absolute error as multiples of `scale`, which is what
 * `seasonalScale` says of the past. Undefined where that is.
 */
export function mase(
  forecast: Numbers,
  actual: Numbers,
  scale: number | undefined,
  missing?: Numbers,
): number | undefined {
  return scale === undefined ? undefined : mae(forecast, actual, missing) / scale
}

/**
 * What errors are scaled by: the mean of |yₜ − yₜ₋ₘ| over the past, the error of who says what was there a season of m steps before.
 * Pairs with a missing value do not count. A past that is not longer than a season is taken with m = 1. Undefined where no pair is
 * left, or where the past repeats itself exactly and there is nothing to compare with.
 */
export function seasonalScale(past: Numbers, season: number, missing?: Numbers): number | undefined {
  checkList('a past', past)
  const m = past.length > season ? season : 1
  let [sum, pairs] = [0, 0]
  for (let t = m; t < past.length; t++) {
    if (missing?.[t] || missing?.[t - m]) continue
    sum += Math.abs(past[t]! - past[t - m]!)
    pairs++
  }
  return sum > 0 ? sum / pairs : undefined
}

/**
 * The symmetric mean absolute percentage error as in the M4 competition (Makridakis et al. 2020), as a share from 0 to 2: the mean of
 * 2 |y − ŷ| ÷ (|y| + |ŷ|), which is 0 where both are 0.
 */
export const smape = (forecast: Numbers, actual: Numbers, missing?: Numbers): number =>
  meanOver(judgedSteps(forecast, actual, missing), (t) => symmetricError(forecast[t]!, actual[t]!))

export function symmetricError(forecast: number, actual: number): number {
  const size = Math.abs(forecast) + Math.abs(actual)
  return size === 0 ? 0 : (2 * Math.abs(actual - forecast)) / size
}

/** What a quantile costs (Koenker & Bassett 1978): (y − q) · level where the value is above it, (q − y) · (1 − level) where it is below. */
export const pinball = (quantile: number, actual: number, level: number): number =>
  actual >= quantile ? (actual - quantile) * level : (quantile - actual) * (1 - level)

/**
 * The continuous ranked probability score, in units of the value, from some of its quantiles: twice the mean pinball loss over levels
 * and steps. It is the integral 2 ∫ pinball dp (Gneiting & Ranjan 2011) where levels lie evenly; scores of different levels do not
 * compare. `quantiles` has an array of steps for each level. Of the median alone it is the mean absolute error.
 */
export function crpsOfQuantiles(
  quantiles: readonly Numbers[],
  levels: readonly number[],
  actual: Numbers,
  missing?: Numbers,
): number {
  checkLevels(quantiles, levels)
  const each = levels.map((level, i) => {
    const own = quantiles[i]!
    return meanOver(judgedSteps(own, actual, missing), (t) => 2 * pinball(own[t]!, actual[t]!, level))
  })
  return each.reduce((sum, loss) => sum + loss, 0) / levels.length
}

/**
 * The mean weighted quantile loss, as GluonTS has it: for each level Σ 2 · pinball ÷ Σ |y| over steps, then the mean over levels.
 * Without a unit; NaN where all values are 0.
 */
export function weightedQuantileLoss(
  quantiles: readonly Numbers[],
  levels: readonly number[],
  actual: Numbers,
  missing?: Numbers,
): number {
  const size = meanOver(judgedSteps(actual, actual, missing), (t) => Math.abs(actual[t]!))
  return size === 0 ? NaN : crpsOfQuantiles(quantiles, levels, actual, missing) / size
}

/**
 * The continuous ranked probability score of one value from samples of what was thought of it: the mean of |x − y| less half the mean
 * of |x − x′| over pairs of different samples, which does not depend on how many there are (the fair score, Ferro 2014). One sample is
 * a point forecast: |x − y|.
 */
export function crpsOfSamples(samples: Numbers, actual: number): number {
  checkList('samples', samples)
  const count = samples.length
  const sorted = Float64Array.from(samples).sort()
  // Σ over pairs of |x − x′| is Σ (2 i − count + 1) x₍ᵢ₎ of sorted samples.
  let [distance, pairs] = [0, 0]
  for (const [i, x] of sorted.entries()) {
    distance += Math.abs(x - actual)
    pairs += (2 * i - count + 1) * x
  }
  return distance / count - (count > 1 ? pairs / (count * (count - 1)) : 0)
}

/** The share of values that lie in an interval, its bounds among it. */
export function coverage(
  interval: { readonly low: Numbers; readonly high: Numbers },
  actual: Numbers,
  missing?: Numbers,
): number {
  const { low, high } = interval ?? {}
  judgedSteps(high, actual, missing)
  return meanOver(judgedSteps(low, actual, missing), (t) => Number(low[t]! <= actual[t]! && actual[t]! <= high[t]!))
}

/** The steps in which there is something to judge. */
export function judgedSteps(forecast: Numbers, actual: Numbers, missing: Numbers | undefined): number[] {
  checkList('a forecast', forecast)
  checkList('what came', actual)
  const counts = [forecast.length, actual.length, missing?.length ?? actual.length]
  if (new Set(counts).size > 1) {
    throw new UnrolledError(
      'shape',
      `metrics: there are ${counts[0]} steps of a forecast, ${counts[1]} values that came` +
        `${missing ? ` and ${counts[2]} marks of what is missing` : ''}; they must be as many`,
    )
  }
  return Array.from({ length: actual.length }, (_, t) => t).filter((t) => !missing?.[t])
}

function meanOver(steps: readonly number[], of: (step: number) => number): number {
  return steps.reduce((sum, t) => sum + of(t), 0) / steps.length
}

function checkList(what: string, value: { readonly length: number }): void {
  if (typeof value === 'object' && typeof value?.length === 'number') return
  throw new UnrolledError('shape', `metrics: ${what} must be a list, not ${shown(value)}`)
}

function checkLevels(quantiles: readonly Numbers[], levels: readonly number[]): void {
  checkList('quantiles', quantiles)
  checkList('levels', levels)
  if (quantiles.length !== levels.length || levels.length === 0) {
    throw new UnrolledError(
      'shape',
      `metrics: there are ${quantiles.length} quantiles of ${levels.length} levels; there must be one of each, and at least one`,
    )
  }
}
