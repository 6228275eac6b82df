import type { Series } from '../data/index.ts'
import type { Forecaster } from '../models/index.ts'
import type { Explanation, ExplainOptions } from './explanation.ts'

/**
 * Which parts of the past a forecast comes from: what becomes of it where they are taken away, and where each step of each input is
 * followed to it by its gradient.
 *
 * @throws UnrolledError as `forecast`.
 */
export async function explain(model: Forecaster, series: Series, options: ExplainOptions = {}): Promise<Explanation> {
  const { runExplain } = await import('./run-explain.ts')
  return runExplain(model, series, options)
}
