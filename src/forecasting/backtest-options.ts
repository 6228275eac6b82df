import type { Series } from '../data/index.ts'
import type { Forecaster } from '../models/index.ts'
import type { EngineOptions } from '../runtime/index.ts'

/** From which origins of the past `backtest` asks a model, and whether it is trained anew for each. */
export interface BacktestOptions extends EngineOptions {
  /** How many origins there are, the last a horizon before the end; 20, or as many as there is room for. */
  readonly windows?: number
  /** Steps from one origin to the next; the horizon, so that windows do not overlap. */
  readonly every?: number
  /** Makes and trains a model anew for each origin, on what lies before it alone; one model says all where it is left out. */
  readonly refit?: (past: Series) => Promise<Forecaster>
  /** Aborted, it ends the test, and `backtest` throws its reason. */
  readonly signal?: AbortSignal
  /** Is told from time to time what share of the windows is done, 0 to 1. */
  readonly progress?: (share: number) => void
}
