import type { Series } from '../data/index.ts'
import type { Forecaster } from '../models/index.ts'
import type { ForecastOptions } from './forecast-options.ts'
import type { ForecastSession } from './forecast-session.ts'

/**
 * Watches one channel of series, that which is called `of`, or the only one: `push` what is observed, one step after the other, and get the
 * next horizon.
 *
 * @throws UnrolledError as `forecast`.
 */
export async function watch(
  model: Forecaster,
  series: Series,
  options: ForecastOptions & { readonly of?: string } = {},
): Promise<ForecastSession> {
  const { openWatch } = await import('./run-watch.ts')
  return openWatch(model, series, options)
}
