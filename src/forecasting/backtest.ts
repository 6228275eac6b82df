import type { Series } from '../data/index.ts'
import type { Forecaster } from '../models/index.ts'
import type { BacktestOptions } from './backtest-options.ts'
import type { BacktestReport } from './backtest-report.ts'

/**
 * Asks a model of windows of the past, from origins that roll towards the end of series, and holds what it says against what came, beside
 * naive, seasonal naive, drift and mean. The verdict is kept in the model: `forecast` tells it, and its file keeps it.
 *
 * No window may lie in what the model was made for: give series that go on behind that, or `refit`.
 *
 * @throws UnrolledError `data` for series that the model was made for, and where there is no room for a window; `option` for wrong
 * options. An aborted signal throws its reason.
 */
export async function backtest(
  model: Forecaster,
  series: Series,
  options: BacktestOptions = {},
): Promise<BacktestReport> {
  const { runBacktest } = await import('./run-backtest.ts')
  return runBacktest(model, series, options)
}
