import type { Series } from '../data/index.ts'
import type { EngineOptions } from '../runtime/index.ts'

export interface AnomalyOptions extends EngineOptions {
  /** Series in which nothing is wrong, and which the model was not trained on: what is usual is learnt from them. */
  readonly usual: Series
  /** The share of usual steps that are called anomalies; 0.001. */
  readonly falseAlarms?: number
  readonly signal?: AbortSignal
  /** Is told from time to time what share of the steps is done, 0 to 1. */
  readonly progress?: (share: number) => void
}

/** A step that was not expected. */
export interface Anomaly {
  readonly name: string
  /** Its number in the series, and when it was. */
  readonly step: number
  readonly time: Date | number
  readonly value: number
  /** What was expected one step before. */
  readonly expected: number
  /** How far the value lies from that, in distances from the median to the 90 % quantile on its side. */
  readonly score: number
}

/** What was not expected in some series. */
export interface AnomalyReport {
  /** The score from which on a step is one. */
  readonly threshold: number
  readonly falseAlarms: number
  /** Steps that were looked at, and how many usual ones the threshold was fitted to. */
  readonly steps: number
  readonly usual: number
  /** In the order of time, channel by channel. */
  readonly found: readonly Anomaly[]
  /** The score of each step by channel; NaN where too little lies before it, or nothing was observed. */
  readonly scores: Readonly<Record<string, Float64Array>>
  table(): string
}
