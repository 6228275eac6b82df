import type { Series } from '../data/index.ts'
import type { Forecaster } from '../models/index.ts'
import type { ForecastOptions } from './forecast-options.ts'
import type { Forecast } from './forecast-value.ts'

/**
 * What a model says of the steps behind the last of a series: `f.point`, `f.quantile(0.5)`, `f.interval(0.8)`, `f.table()`, of the channel
 * that is called `of`, or the only one. Where covariates are known ahead, the series must have them for the horizon.
 *
 * @throws UnrolledError `data` for a history shorter than the context, a channel that the model does not know or that there is not, and
 * missing covariates; `option` for wrong options.
 */
export async function forecast(
  model: Forecaster,
  series: Series,
  options: ForecastOptions & { readonly of?: string } = {},
): Promise<Forecast> {
  const { forecastOne } = await import('./run-forecast.ts')
  return forecastOne(model, series, options)
}

/** The same of every channel, in the order of the series. */
export async function forecastAll(
  model: Forecaster,
  series: Series,
  options: ForecastOptions = {},
): Promise<readonly Forecast[]> {
  const { forecastEach } = await import('./run-forecast.ts')
  return forecastEach(model, series, options)
}
