import type { Row } from '../../data/index.ts'
import type { Loss } from './loss.ts'

/**
 * What a forecaster says of a value that is not there yet, as a loss: for each of the `n` values of a target it takes `perValue`
 * numbers of the output. They stand in blocks: the first number of all values, then the second of all.
 *
 * Values are as the model sees them, brought to a location of 0 and a scale of 1. Where they are `counts` they are themselves, and the
 * last column of a target is the scale by which the model's numbers are to be multiplied: it has n + 1 columns.
 */
export interface Output extends Loss {
  /** How many numbers of the output each value of a target takes: 2 of `normal()`, one a level of `quantiles(…)`. */
  readonly perValue: number
  /** The levels whose quantiles it says; any where absent. */
  readonly levels?: readonly number[]
  /** Whether it says whole numbers from 0; false. */
  readonly counts?: boolean
  /** What makes of a row of the output what it says of its value number `at` of `values`. Fetched when it is first asked for. */
  distributions(): Promise<DistributionOf>
}

/**
 * What a row of an output, `perValue · values` numbers in blocks, says of its value number `at`; `scale` is what counts are multiplied
 * by, see `Output`.
 */
export type DistributionOf = (output: Row, at: number, values: number, scale: number) => Distribution

/** What is thought of a number. */
export interface Distribution {
  /** One number for it: what the loss makes least. */
  readonly point: number
  /** The number below which it is with that probability, above 0 and below 1; absent of an output that says one number. */
  quantile?(level: number): number
  /** Draws it; `uniform` gives numbers in [0, 1). */
  sample?(uniform: () => number): number
  /** How surprising a value is: −log of its density or probability. */
  surprise?(value: number): number
}

/** Whether a loss is what a forecaster says. */
export const isOutput = (loss: Loss): loss is Output =>
  typeof (loss as Partial<Output> | undefined)?.distributions === 'function' &&
  Number.isInteger((loss as Partial<Output>).perValue)
