import { checkNames, checkNumber, shown, wrongOption } from '../../options.ts'
import type { Table } from '../table/table.ts'
import { calendarFeatures, type CalendarFeature } from './calendar.ts'
import type { HolidaySource } from './holidays.ts'
import type { Frequency } from './frequency.ts'

/** A table, or a list of objects with values by name. */
export type GivenRows = Table | readonly Readonly<Record<string, unknown>>[]

/** How values become one. */
export type Merging = 'mean' | 'sum' | 'min' | 'max' | 'first' | 'last'

/** What stands in where a value is missing: a line between its neighbours, the one before, 0, or nothing, which is an error. */
export type Filling = 'linear' | 'last' | 'zero' | 'error'

/** Steps that are made of the rows within them, by a rule for all columns, or for each by its name. */
export interface Resampling {
  readonly to: string | Frequency
  readonly by: Merging | Readonly<Record<string, Merging>>
}

/** What the columns of a table are, and how series are made of them. What is left away is found out, and said. */
export interface SeriesOptions {
  /** The column of times, dates or numbers. Absent: the only one of dates; where there is none, rows are steps. */
  readonly time?: string
  /** The columns of numbers to be forecast. Absent: all that nothing else names. */
  readonly target?: string | readonly string[]
  /** The column that tells series apart, where rows are of several. */
  readonly series?: string
  /** Columns that are known ahead: numbers, true or false, or names, each of which becomes a column `weather=rain` of 0 and 1. */
  readonly known?: string | readonly string[]
  /** Columns that are known up to the last observation; the same. */
  readonly past?: string | readonly string[]
  /** Columns that say what a series is: the same in all its rows. */
  readonly categories?: string | readonly string[]
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
  /** What models are told of the calendar beside `known`; `true` for what suits the frequency and was seen for two turns. Nothing. */
  readonly calendar?: true | CalendarFeature | readonly CalendarFeature[]
  /** Days that are holidays, `['2026-12-25']`, or what knows them: `new Holidays('DE')` of date-holidays, `await holidaysOf('DE')` of `unrolled/node`. */
  readonly holidays?: readonly string[] | HolidaySource
  /** What becomes of rows of the same time. `'error'`. */
  readonly duplicates?: Merging | 'error'
  /** What stands where a value is missing. `'linear'`; names and true or false are always those before. */
  readonly fill?: Filling
}

const names: readonly (keyof SeriesOptions)[] = [
  'time',
  'target',
  'series',
  'known',
  'past',
  'categories',
  'frequency',
  'season',
  'resample',
  'zone',
  'calendar',
  'holidays',
  'duplicates',
  'fill',
]

const synonyms = {
  date: 'time',
  timestamp: 'time',
  y: 'target',
  targets: 'target',
  value: 'target',
  id: 'series',
  ids: 'series',
  group: 'series',
  by: 'series',
  knownCovariates: 'known',
  futureCovariates: 'known',
  pastCovariates: 'past',
  covariates: 'past',
  static: 'categories',
  freq: 'frequency',
  every: 'frequency',
  period: 'season',
  seasonality: 'season',
  timezone: 'zone',
  timeZone: 'zone',
  tz: 'zone',
  aggregate: 'resample',
}

export const mergings: readonly Merging[] = ['mean', 'sum', 'min', 'max', 'first', 'last']

const fillings: readonly Filling[] = ['linear', 'last', 'zero', 'error']

export function checkSeriesOptions(owner: string, options: SeriesOptions): void {
  checkNames(owner, options, names, synonyms)
  for (const name of ['time', 'series'] as const) {
    const value: unknown = options[name]
    if (value !== undefined && typeof value !== 'string') throw wrongOption(owner, name, value, 'the name of a column')
  }
  for (const name of ['target', 'known', 'past', 'categories'] as const) {
    const value: unknown = options[name]
    const right = [value ?? []].flat().every((one) => typeof one === 'string')
    if (!right) throw wrongOption(owner, name, value, 'the name of a column, or a list of them')
  }
  const { calendar, resample, season, duplicates = 'error', fill = 'linear' } = options
  if (season !== undefined) checkNumber(owner, 'season', season, { from: 1, whole: true })
  if (duplicates !== 'error') checkOneOf(owner, 'duplicates', duplicates, [...mergings, 'error'])
  checkOneOf(owner, 'fill', fill, fillings)
  if (calendar !== undefined && calendar !== true) {
    for (const feature of [calendar].flat()) checkOneOf(owner, 'calendar', feature, [...calendarFeatures, true])
  }
  if (resample !== undefined) checkResampling(owner, resample, options)
}

function checkResampling(owner: string, resample: Resampling, { frequency }: SeriesOptions): void {
  checkNames(owner, resample, ['to', 'by'], { frequency: 'to', every: 'to', rule: 'by' })
  if (frequency !== undefined) throw wrongOption(owner, 'frequency', frequency, 'left out: resample says it')
  const { by } = resample
  const rules = typeof by === 'object' && by !== null ? Object.entries(by) : [['by', by]]
  for (const [name, rule] of rules) checkOneOf(owner, `resample.${name}`, rule, mergings)
}

export function checkOneOf(owner: string, name: string, value: unknown, right: readonly unknown[]): void {
  if (!right.includes(value)) throw wrongOption(owner, name, value, right.map(shown).join(', '))
}
