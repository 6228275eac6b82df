import { backtests } from './backtests.ts'
import { counts } from './counts.ts'
import { etth1 } from './etth1.ts'
import { originsTask } from './origins.ts'
import type { ForecastTask } from './task.ts'

/** In the order of docs/forecasting.md. */
export const forecastTasks: readonly ForecastTask[] = [etth1, ...backtests, counts, originsTask]
