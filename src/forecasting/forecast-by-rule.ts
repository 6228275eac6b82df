import type { Series } from '../data/index.ts'
import type { Forecast } from './forecast-value.ts'
import type { RuleForecastOptions } from './rule-forecast-options.ts'
import type { RuleName } from './rules.ts'

/**
 * What a simple rule says of each channel of some series, with intervals by its errors in the past: what a verdict names to be used
 * instead of a model. None of it is below 0 where no value was.
 * @throws UnrolledError `option` where there is no such rule, and for wrong options; `data` where no value is there.
 */
export async function forecastByRule(
  name: RuleName,
  series: Series,
  options: RuleForecastOptions,
): Promise<readonly Forecast[]> {
  const { runRule } = await import('./run-rule.ts')
  return runRule(name, series, options)
}
