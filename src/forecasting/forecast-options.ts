import type { EngineOptions } from '../runtime/index.ts'

export interface ForecastOptions extends EngineOptions {
  /** Steps ahead; those of the model. One that says its whole horizon at once says no more than that. */
  readonly horizon?: number
  /** Steps of the past that a forecast keeps to be drawn beside; three horizons. */
  readonly history?: number
}
