import type { Forecast } from './forecast-value.ts'

/** What comes with an observation: covariates by their names in the series. */
export interface Observation {
  /** What was observed, in the units of the series. */
  readonly value: number
  /** Of its step; what is known ahead already need not be given again. */
  readonly known?: Readonly<Record<string, number>>
  /** Of its step too; all that the series has. */
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
