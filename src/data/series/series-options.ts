import { checkNames, checkNumber, shown, wrongOption } from '../../options.ts'
import type { Table } from '../table/table.ts'
import type { Frequency } from './frequency.ts'

/** A table, or a list of objects with values by name. */
export type GivenRows = Table | readonly Readonly<Record<string, unknown>>[]

/** How values become one. */
export type Merging = 'mean' | 'sum' | 'min' | 'max' | 'first' | 'last'

/** What stands in where a value is missing: a line between its neighbours, the one before, 0, or nothing, which is an error. */
export type Filling = 'linear' | 'last' | 'zero' | 'error'

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
  const { season, duplicates = 'error', fill = 'linear' } = options
  if (season !== undefined) checkNumber(owner, 'season', season, { from: 1, whole: true })
  if (duplicates !== 'error') checkOneOf(owner, 'duplicates', duplicates, [...mergings, 'error'])
  checkOneOf(owner, 'fill', fill, fillings)
}

export function checkOneOf(owner: string, name: string, value: unknown, right: readonly unknown[]): void {
  if (!right.includes(value)) throw wrongOption(owner, name, value, right.map(shown).join(', '))
}
