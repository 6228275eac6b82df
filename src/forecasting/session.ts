import type { Series } from '../data/index.ts'
import type { Forecaster } from '../models/index.ts'
import type { ForecastOptions } from './forecast-options.ts'
import type { Forecast } from './forecast-value.ts'

/** What comes with an observation: covariates by their names in the series. */
export interface Observation {
  readonly value: number
  /** Of its step; what is known ahead already need not be given again. */
  readonly known?: Readonly<Record<string, number>>
  readonly past?: Readonly<Record<string, number>>
}

/** A series that goes on while it is watched. */
export interface ForecastSession {
  /** The observations that it was given, those of its history counted. */
  readonly steps: number
  /**
   * Takes the next observation, and says what comes then: the same as a forecast of the whole series.
   * @throws UnrolledError `data` where covariates are missing, or a number is none; nothing is taken then.
   */
  push(observation: number | Observation): Promise<Forecast>
  /** What is said now. */
  forecast(): Promise<Forecast>
  /** Another that stands where this one does: for what would come if. */
  fork(): ForecastSession
}

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
  const { openWatch } = await import('./run-session.ts')
  return openWatch(model, series, options)
}
