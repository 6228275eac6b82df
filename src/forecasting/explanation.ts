import type { EngineOptions } from '../runtime/index.ts'

/** Which channel `explain` asks about, and how finely it cuts the past. */
export interface ExplainOptions extends EngineOptions {
  /** Which channel; the only one. */
  readonly of?: string
  /** Steps of the past that are looked at together; the model's segment. */
  readonly group?: number
}

/** What parts of the past did to a forecast. */
export interface Explanation {
  /** The channel's: the target, or `shop 3 · sales`. */
  readonly name: string
  /** The series itself, then covariates. */
  readonly inputs: readonly string[]
  /** From which to which step before the forecast, 1 being the last, each part goes; the oldest first. */
  readonly lags: readonly (readonly [from: number, to: number])[]
  /** The mean of the forecast over its horizon. */
  readonly mean: number
  /**
   * By how much that mean is moved by what stands there instead of the mean of the context: `[inputs][lags]`, in the units of the series.
   * Parts that stand for each other are each told little.
   */
  readonly occlusion: readonly Float64Array[]
  /**
   * The same by integrated gradients (Sundararajan et al. 2017, arXiv:1703.01365), whose sum is how far the forecast lies from that of a
   * context that is its mean throughout, the calendar aside; of a decoder that says its horizon at once.
   */
  readonly gradients?: readonly Float64Array[]
  /** What the gradients are to sum up to. */
  readonly difference?: number
  /** Drawn: a row for each input, darker where more was moved. */
  table(): string
}
