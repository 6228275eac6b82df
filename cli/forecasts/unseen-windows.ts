import { seenUntil, UnrolledError, type Forecaster, type Series } from 'unrolled'

/** How many windows a test has where nothing says so. */
const usualWindows = 20

/**
 * How many windows, so many steps from one to the next, lie behind all that a model was made of and calibrated on, in every channel;
 * 20 at most.
 * @throws UnrolledError `data` where there is none.
 */
export function unseenWindows(model: Forecaster, series: Series, every: number): number {
  const until = seenUntil(model)
  const { horizon, context, differences = 0 } = model.coding
  const before = context + differences
  const counts = series.channels.map(({ steps, time }) => {
    let first = steps
    while (first > before && time(first - 1) > until) first--
    return Math.floor((steps - first - horizon) / every) + 1
  })
  const windows = Math.min(usualWindows, ...counts)
  if (windows > 0) return windows
  throw new UnrolledError(
    'data',
    `${series.name} has no window of ${horizon} steps behind what the model was trained and calibrated on, with ${before} before it: ` +
      `a test takes observations that are newer`,
  )
}
