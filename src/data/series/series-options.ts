import { UnrolledError } from '../../error.ts'
import { checkNames, checkNumber, shown, wrongOption } from '../../options.ts'
import type { RowValues } from '../records.ts'
import type { Table } from '../table/table.ts'
import { calendarFeatures } from './calendar.ts'
import type { HolidaySource } from './holidays.ts'
import type { Filling, Merging, SeriesReadingOptions, Resampling } from './reading-options.ts'
import type { ReadAlike } from './reading.ts'

/** A table, or a list of objects with values by name. */
export type GivenRows = Table | readonly RowValues[]

/** What the columns of a table are, and how series are made of them. What is left away is found out, and said. */
export interface SeriesOptions extends SeriesReadingOptions {
  /** The column of times, dates or numbers. Absent: the only one of dates; where there is none, rows are steps. */
  readonly time?: string
  /** The columns of numbers to be forecast. Absent: all that nothing else names. */
  readonly target?: string | readonly string[]
  /** The column that tells series apart, where rows are of several. Absent: all are of one. */
  readonly series?: string
  /** Columns that are known ahead: numbers, true or false, or names, each of which becomes a column `weather=rain` of 0 and 1; none. */
  readonly known?: string | readonly string[]
  /** Columns that are known up to the last observation, alike; none. */
  readonly past?: string | readonly string[]
  /** Columns that say what a series is, the same in all its rows; none. */
  readonly categories?: string | readonly string[]
  /**
   * Days that are holidays, `['2026-12-25']`, or what knows them: `new Holidays('DE')` of date-holidays, `await holidaysOf('DE')` of
   * `unrolled/node`; none.
   */
  readonly holidays?: readonly string[] | HolidaySource
  /** Reads rows as other series are read, or as a model reads them; what is said beside it differs. */
  readonly like?: ReadAlike
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
  'like',
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

const fillings: readonly Filling[] = ['last', 'zero', 'error']

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
  const { like, calendar, resample, season, duplicates = 'error', fill = 'last' } = options
  if (like !== undefined && typeof like.reading !== 'object') {
    throw wrongOption(owner, 'like', like, 'series, or a model that was made of them')
  }
  if (season !== undefined) checkNumber(owner, 'season', season, { from: 1, whole: true })
  if (duplicates !== 'error') checkOneOf(owner, 'duplicates', duplicates, [...mergings, 'error'])
  checkOneOf(owner, 'fill', fill, fillings)
  if (calendar !== undefined && calendar !== true) {
    for (const feature of [calendar].flat()) checkOneOf(owner, 'calendar', feature, [...calendarFeatures, true])
  }
  if (resample !== undefined) checkResampling(owner, resample, options)
}

/** What is said, and where nothing is what was said of the rows that these are read like. */
export function completed(options: SeriesOptions): SeriesOptions {
  const { reading } = options.like ?? {}
  if (!reading) return options
  const own = ['known', 'past', 'categories'].find((name) => Object.hasOwn(options, name))
  if (own !== undefined) {
    throw new UnrolledError(
      'option',
      `series: like says which columns are known, past and categories; leave out ${own}`,
    )
  }
  // Steps of several rows are of the frequency that was found.
  const { resample, frequency, ...others } = { ...reading.options, ...options }
  return { ...others, ...(resample ? { resample } : frequency && { frequency }) }
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
