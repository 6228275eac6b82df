import type { Frequency, TimeUnit } from './frequency.ts'

/** How many steps a series is like itself after, and how much: 1 where it is not. */
export interface Season {
  readonly steps: number
  readonly correlation: number
}

/** Units of which so many are a turn of the calendar: 24 hours a day. */
const turns: Readonly<Record<TimeUnit, readonly number[]>> = {
  step: [],
  millisecond: [1000],
  second: [60, 3600],
  minute: [60, 1440, 10_080],
  hour: [24, 168],
  day: [7, 365],
  'business day': [5],
  week: [52],
  month: [12],
  quarter: [4],
  year: [],
}

/** Steps that mean nothing may come back after any number of them, up to this. */
const mostSteps = 400

/** So much of what varies has to come back; and a longer season has to be that much better than a shorter. */
const [least, better] = [0.3, 0.05]

/** So many series are looked at, and so many of the latest steps of each. */
const [mostSeries, latest] = [50, 20_000]

/**
 * The season, of those that the calendar has: after so many steps the series, without its trend, is most like itself. The trend is a
 * moving mean over a season (the classical decomposition; Hyndman & Athanasopoulos, Forecasting: principles and practice, 3.4), so
 * that a slow wave is not taken for a short season.
 */
export function findSeason(series: readonly Float64Array[], frequency: Frequency): Season {
  const looked = series.slice(0, mostSeries).map((values) => values.subarray(-latest))
  const none: Season = { steps: 1, correlation: 0 }
  let best = none
  for (const steps of candidates(frequency)) {
    const found = looked.map((values) => likeness(values, steps)).filter((one) => one !== undefined)
    // It holds of most of them.
    if (found.length * 2 < looked.length) continue
    const correlation = found.reduce((sum, one) => sum + one, 0) / found.length
    const turns = Math.max(...looked.map(({ length }) => length / steps))
    if (
      correlation >= (frequency.unit === 'step' ? Math.max(least, beyondChance(turns)) : least) &&
      correlation > best.correlation + (best === none ? 0 : better)
    )
      best = { steps, correlation }
  }
  return best
}

/** Of many seasons that nothing but the numbers suggests, some would seem likely: a correlation of so many turns errs by 1/√turns. */
const beyondChance = (turns: number): number => 2 / Math.sqrt(turns)

function candidates({ unit, count }: Frequency): readonly number[] {
  if (unit === 'step') return Array.from({ length: mostSteps - 1 }, (_, i) => i + 2)
  return turns[unit].map((turn) => turn / count).filter((steps) => Number.isInteger(steps) && steps > 1)
}

/** The correlation of what is left of a series without its trend with itself, a season later; undefined where three seasons are not there. */
export function likeness(values: Float64Array, season: number): number | undefined {
  if (values.length < 3 * season) return undefined
  const rest = withoutTrend(values, season)
  const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length
  let [together, alone] = [0, 0]
  for (let i = 0; i < rest.length; i++) {
    const value = rest[i]! - mean
    alone += value * value
    if (i >= season) together += value * (rest[i - season]! - mean)
  }
  // As many products as there are pairs, and as many squares.
  return alone === 0 ? undefined : together / (rest.length - season) / (alone / rest.length)
}

/** Values less the mean of a season around each; of an even one, the two at its ends count by half. */
function withoutTrend(values: Float64Array, season: number): Float64Array {
  const half = season >> 1
  const even = season % 2 === 0
  const sums = new Float64Array(values.length + 1)
  for (const [i, value] of values.entries()) sums[i + 1] = sums[i]! + value
  return Float64Array.from({ length: values.length - 2 * half }, (_, i) => {
    const sum = sums[i + 2 * half + 1]! - sums[i]! - (even ? (values[i]! + values[i + 2 * half]!) / 2 : 0)
    return values[i + half]! - sum / season
  })
}
