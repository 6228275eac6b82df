import type { CalendarFeature } from './calendar.ts'
import type { Frequency } from './frequency.ts'

/** How values become one. */
export type Merging = 'mean' | 'sum' | 'min' | 'max' | 'first' | 'last'

/**
 * What stands in where a value is missing: the one before, 0, or nothing, which is an error. Nothing that knows the values behind, so that
 * no forecast does.
 */
export type Filling = 'last' | 'zero' | 'error'

/** Steps that are made of the rows within them, by a rule for all columns, or for each by its name. */
export interface Resampling {
  /** How far apart the new steps are, written as `frequency` is. */
  readonly to: string | Frequency
  /** What becomes of the values within a step: one rule, or one for each column. */
  readonly by: Merging | Readonly<Record<string, Merging>>
}

/** How rows are read, whichever columns they have; what is left away is found out, and said. */
export interface SeriesReadingOptions {
  /** How far apart steps are: `'hour'`, `'15 minutes'`, `'business day'`, `{ unit: 'month', count: 2 }`. */
  readonly frequency?: string | Frequency
  /** Steps after which a series is like itself; 1 for none. */
  readonly season?: number
  /**
   * Makes steps of the rows within them: days of hours, `{ to: 'day', by: 'mean' }`. Steps at the ends that rows fill in part alone are
   * left out; where rows are events, at no even times, the sum of none is 0.
   */
  readonly resample?: Resampling
  /**
   * Where clocks are, by IANA's name, `'Europe/Berlin'`: what times without a zone mean, and what days, months and the calendar are
   * counted by. UTC.
   */
  readonly zone?: string
  /**
   * What models are told of the calendar beside `known`; `true` for what suits the frequency and was seen for two turns, of steps without
   * dates nothing. Nothing.
   */
  readonly calendar?: true | CalendarFeature | readonly CalendarFeature[]
  /** What becomes of rows of the same time. `'error'`. */
  readonly duplicates?: Merging | 'error'
  /** What stands where a value is missing. `'last'`; of numbers that are known ahead always a line between their neighbours. */
  readonly fill?: Filling
}
