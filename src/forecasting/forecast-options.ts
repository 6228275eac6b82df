import type { EngineOptions } from '../runtime/index.ts'

/** How far ahead `forecast`, `forecastAll` and `watch` say what comes, and how much of the past goes with it. */
export interface ForecastOptions extends EngineOptions {
  /** Steps ahead; those of the model. One that says its whole horizon at once says no more than that. */
  readonly horizon?: number
  /** How often a `sampled` decoder draws what may come; 100. */
  readonly paths?: number
  /** Seed of what is drawn; 0. */
  readonly seed?: number
  /** Steps of the past that a forecast keeps to be drawn beside; three horizons. */
  readonly history?: number
}
