import type { DataSet } from '../data-set.ts'
import type { Frequency } from './frequency.ts'
import type { SeriesReading } from './reading.ts'
import type { StaticCategory } from './static-category.ts'

/** One column of numbers over time: a target of one series. Its steps are evenly spaced. */
export interface Channel {
  /** What it is called in answers: the target, or `shop 3 · sales` where there are several series. */
  readonly name: string
  /** Which series it belongs to, where there are several. */
  readonly id?: string
  /** The column of the rows that its values are from; channels of several series share it. */
  readonly target: string
  /** Steps that were observed. */
  readonly steps: number
  /** A value for each; where it was missing, what stands in for it and knows the past alone. */
  readonly values: Float64Array
  /** 1 where a value was missing and is filled; absent where none was. Such steps are not learnt and not judged. */
  readonly missing?: Uint8Array
  /** Covariates that are known ahead, in the order of the series' `known`: a value for each step, and for as many behind the last. */
  readonly known: readonly Float64Array[]
  /** Covariates that are known up to the last step, in the order of the series' `past`. */
  readonly past: readonly Float64Array[]
  /** For each of the series' `categories`, which of its values this one has. */
  readonly categories: readonly number[]
  /** Milliseconds since 1970 of a step, before the first and behind the last too; where there are no dates, what stood for it, or its number. */
  time(step: number): number
}

/** What is known of series of one kind. */
export interface SeriesFacts {
  /** What it was read from, as messages call it. */
  readonly name: string
  /** What was found and done, in a few words each: frequency, season, gaps that were filled, rows that were merged. */
  readonly found: readonly string[]
  /** How far apart the steps of every channel are: given, or found in the times. */
  readonly frequency: Frequency
  /** Steps after which it is like itself, which is what seasonal naive says; 1 where no season is known. */
  readonly season: number
  /** IANA name of the zone that its calendar is of, such as `Europe/Berlin`; UTC. */
  readonly zone?: string
  /** The columns that are forecast: each of a series is a channel. */
  readonly targets: readonly string[]
  /** Covariates that are known ahead; a column of names is one for each, `weather=rain`. */
  readonly known: readonly string[]
  /** Covariates that are known up to the last step; a column of names is one for each, too. */
  readonly past: readonly string[]
  /** What each series is, the same at all its steps. */
  readonly categories: readonly StaticCategory[]
  /** Features of the calendar that models see beside `known`, by name; `calendarOf` makes them of the time of a step. */
  readonly calendar: readonly string[]
  /** Days that are holidays, `2026-12-25`; the calendar's `holiday` is 1 on them. */
  readonly holidays?: readonly string[]
  /** Series by series, of each its targets in their order. */
  readonly channels: readonly Channel[]
  /** How rows were read, so that others are read alike: `series(rows, { like })`. Absent of series that were made of no rows. */
  readonly reading?: SeriesReading
}

/** Series over time, one or many, evenly spaced. As any data set it is, of each channel, what there is at a step and what comes next. */
export interface Series extends SeriesFacts, DataSet {
  /** What tells series from other data. */
  readonly kind: 'series'
  /** What was found, in one line. */
  readonly description: string
  /**
   * The steps from one up to another, of every channel: numbers of steps, below 0 from the end, or dates. They begin and end with what
   * was observed, as where the rows of the part are read alone. Covariates that are known ahead go on as far as they are known.
   * @throws UnrolledError `data` where nothing would be left of a channel.
   */
  between(from?: number | Date | string, to?: number | Date | string): Series
  /**
   * The same of some channels alone, by their names, in the order given.
   * @throws UnrolledError `option` for a name that there is not.
   */
  of(names: readonly string[]): Series
}
