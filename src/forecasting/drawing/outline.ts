import type { Forecast, ForecastOutline } from '../forecast-value.ts'
import { knownIntervals } from '../../inference/forecasts/intervals.ts'
import type { Times } from '../time-text.ts'
import { numberTicks } from './number-ticks.ts'
import { timeTicks } from './time-ticks.ts'

/** What there is to draw of a forecast, with at most so many marks on its axes. */
export function outlineOf(
  { history, times, point, levels, wall, quantile }: Forecast,
  most: { readonly times: number; readonly values: number },
): ForecastOutline {
  const bands = knownIntervals(levels).map(({ share, low, high }) => ({
    share,
    low: quantile(levels[low]!),
    high: quantile(levels[high]!),
  }))
  const past = history.values.map((value, t) => (history.missing?.[t] ? NaN : value))
  const { low, high } = rangeOf([past, point, ...bands.flatMap(({ low, high }) => [low, high])])
  return {
    past,
    point,
    bands,
    low,
    high,
    values: numberTicks(low, high, most.values),
    times: timeTicks([...history.times, ...times] as unknown as Times, wall, most.times),
  }
}

/** From the least to the largest, with some space; not below 0 where nothing is. */
function rangeOf(drawn: readonly Float64Array[]): { readonly low: number; readonly high: number } {
  let [low, high] = [Infinity, -Infinity]
  for (const values of drawn) {
    for (const value of values) {
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  const space = 0.06 * (high - low) || Math.abs(high) / 2 || 1
  return { low: low >= 0 ? Math.max(0, low - space) : low - space, high: high + space }
}
