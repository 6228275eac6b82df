import type { Series } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { isForecaster, type Forecaster } from '../models/index.ts'

/** Holds what was given against what it must be; `owner` is what errors begin with. */
export function checkForecaster(owner: string, model: Forecaster, series: Series): void {
  if (typeof model !== 'object' || model === null || !isForecaster(model)) {
    throw new UnrolledError('option', `${owner}: the first argument must be a forecaster`)
  }
  if (series?.kind !== 'series') {
    throw new UnrolledError('data', `${owner}: the second argument must be series: await series(table, …)`)
  }
}
