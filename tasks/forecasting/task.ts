import type { Source } from '../task.ts'
import type { Effort } from '../task.ts'

/** A figure of a forecast beside those of others, smaller being better. */
export interface Row {
  /** What was measured: `MSE, 96 steps`. */
  readonly what: string
  readonly ours: number
  /** What ours is to be at most. */
  readonly goal?: number
  /** What else stands beside it, by name. */
  readonly beside: Readonly<Record<string, number>>
  /** The share of values within intervals of 80 %. */
  readonly coverage?: number
  readonly seconds: number
}

/** Series that anybody can get, forecast and held against what came. */
export interface ForecastTask {
  readonly name: string
  readonly title: string
  readonly data: string
  readonly setting: string
  readonly needs?: Source
  /** What does not hold, and what was tried. */
  readonly note?: string
  run(effort: Pick<Effort, 'share' | 'watch'>): Promise<readonly Row[]>
}
