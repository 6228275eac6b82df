import type { Came } from '../inference/forecasts/said.ts'
import { pinball, symmetricError } from './metrics.ts'

/** Forecasts of the steps of a window: one number for each, and for each level its quantiles, where there are any. */
export interface WindowForecast {
  readonly point: ArrayLike<number>
  readonly quantiles?: readonly ArrayLike<number>[]
}

/** What came in a window, and what it is measured by. */
export interface WindowActual extends Came {
  /** What errors are multiples of: `seasonalScale` of the past before the window. */
  readonly scale: number | undefined
}

/** Errors by the measures of `metrics.ts`. */
export interface Errors {
  /** The mean absolute error, in units of the values. */
  readonly mae: number
  /** The root of the mean squared error, in units of the values. */
  readonly rmse: number
  /** The mean absolute scaled error, as `mase`; undefined where there is nothing to scale by. */
  readonly mase: number | undefined
  /** The symmetric mean absolute percentage error, as `smape`: a share from 0 to 2. */
  readonly smape: number
  /** The continuous ranked probability score, as `crpsOfQuantiles`; undefined of forecasts without quantiles. */
  readonly crps: number | undefined
  /** As `weightedQuantileLoss`, without a unit; undefined of forecasts without quantiles, and where all values are 0. */
  readonly weightedQuantileLoss: number | undefined
}

/** Errors of any number of windows, as sums over steps, so that those of many are added up. */
export class ErrorSums {
  #steps = 0
  #absolute = 0
  #squared = 0
  #symmetric = 0
  #size = 0
  #losses: number | undefined
  #scaledSteps = 0
  #scaled = 0

  /** Steps that were judged. */
  get steps(): number {
    return this.#steps
  }

  /** Those whose errors can be scaled. */
  get scaledSteps(): number {
    return this.#scaledSteps
  }

  /** The sum of absolute errors, and of those that can be scaled as multiples of their scales. */
  get absolute(): number {
    return this.#absolute
  }

  get scaled(): number {
    return this.#scaled
  }

  take(
    { point, quantiles }: WindowForecast,
    { actual, missing, scale }: WindowActual,
    levels: readonly number[],
  ): void {
    for (let t = 0; t < actual.length; t++) {
      if (missing?.[t]) continue
      const value = actual[t]!
      const error = Math.abs(value - point[t]!)
      this.#steps++
      this.#absolute += error
      this.#squared += error * error
      this.#symmetric += symmetricError(point[t]!, value)
      this.#size += Math.abs(value)
      if (scale !== undefined) {
        this.#scaledSteps++
        this.#scaled += error / scale
      }
      if (quantiles === undefined) continue
      const losses = levels.reduce((sum, level, i) => sum + pinball(quantiles[i]![t]!, value, level), 0)
      this.#losses = (this.#losses ?? 0) + (2 * losses) / levels.length
    }
  }

  /** Takes in what others have. */
  add(other: ErrorSums): this {
    this.#steps += other.#steps
    this.#absolute += other.#absolute
    this.#squared += other.#squared
    this.#symmetric += other.#symmetric
    this.#size += other.#size
    if (other.#losses !== undefined) this.#losses = (this.#losses ?? 0) + other.#losses
    this.#scaledSteps += other.#scaledSteps
    this.#scaled += other.#scaled
    return this
  }

  errors(): Errors {
    const steps = this.#steps
    return {
      mae: this.#absolute / steps,
      rmse: Math.sqrt(this.#squared / steps),
      mase: this.#scaledSteps > 0 ? this.#scaled / this.#scaledSteps : undefined,
      smape: this.#symmetric / steps,
      crps: this.#losses === undefined ? undefined : this.#losses / steps,
      weightedQuantileLoss: this.#losses === undefined || this.#size === 0 ? undefined : this.#losses / this.#size,
    }
  }
}
