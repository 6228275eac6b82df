import type { Series } from '../data/index.ts'
import type { EngineOptions } from '../runtime/index.ts'

/** What `anomalies` learns the usual from, and how seldom it may call usual steps anomalies. */
export interface AnomalyOptions extends EngineOptions {
  /** Series in which nothing is wrong, and which the model was not trained on: what is usual is learnt from them. */
  readonly usual: Series
  /** The share of usual steps that are called anomalies; 0.001. */
  readonly falseAlarms?: number
  /** Aborted, it ends the search, and `anomalies` throws its reason. */
  readonly signal?: AbortSignal
  /** Is told from time to time what share of the steps is done, 0 to 1. */
  readonly progress?: (share: number) => void
}

/** A step that was not expected. */
export interface Anomaly {
  /** Its channel's name. */
  readonly name: string
  /** Its number in the series, counted from 0. */
  readonly step: number
  /** When it was: a date, or of series without dates what stood for the time. */
  readonly time: Date | number
  /** What was observed, in the units of the series. */
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
  /** The share of usual steps that was allowed to lie above the threshold. */
  readonly falseAlarms: number
  /** Steps that were looked at, those that were observed with enough before them. */
  readonly steps: number
  /** How many usual steps the threshold was fitted to. */
  readonly usual: number
  /** In the order of time, channel by channel. */
  readonly found: readonly Anomaly[]
  /** The score of each step by channel; NaN where too little lies before it, or nothing was observed. */
  readonly scores: Readonly<Record<string, Float64Array>>
  /** The threshold in a sentence, and the steps of the 20 highest scores, a line for each. */
  table(): string
}
