import { isNames, isObject } from '../../json-object.ts'
import type { SeriesReadingOptions } from './reading-options.ts'
import type { StaticCategory } from './static-category.ts'

/** A covariate: its column, and where it holds names those that became columns. */
export interface CovariateReading {
  /** What the column is called in the rows. */
  readonly column: string
  /** The names that stand in it, each of which became a column `weather=rain` of 0 and 1; absent where it holds numbers. */
  readonly names?: readonly string[]
}

/** How rows were read as series, so that a model's file can tell it and other rows are read alike. All of it is JSON. */
export interface SeriesReading {
  /** The column of times; absent where rows are steps. */
  readonly time?: string
  /** The column that tells series apart; absent where all rows are of one. */
  readonly series?: string
  /** The columns of numbers that are forecast, one or more. */
  readonly targets: readonly string[]
  /** The columns that are known ahead. */
  readonly known: readonly CovariateReading[]
  /** The columns that are known up to the last observation. */
  readonly past: readonly CovariateReading[]
  /** The columns that say what a series is, and the values that were met in them: there are no others. */
  readonly categories: readonly StaticCategory[]
  /** What else was said or found: options that read the next rows as these. */
  readonly options: SeriesReadingOptions & { readonly holidays?: readonly string[] }
}

/** What can be read alike: series, or a model made of them. */
export interface ReadAlike {
  /** How its rows were read; without it there is nothing to read `like`, which is an error, code `option`. */
  readonly reading?: SeriesReading
}

/** How rows are read, as a model's file tells of it. */
export function readingFrom(content: unknown): SeriesReading {
  if (!isObject(content)) throw new Error('it is no object')
  const { time = '', series = '', targets, known, past, categories, options } = content
  if (typeof time !== 'string' || typeof series !== 'string') throw new Error('time and series must be names')
  if (!isNames(targets) || targets.length === 0) throw new Error('targets must be names')
  for (const [name, list] of Object.entries({ known, past })) {
    if (!isList(list, ({ column, names = [] }) => typeof column === 'string' && isNames(names))) {
      throw new Error(`${name} must be columns with names`)
    }
  }
  if (!isList(categories, ({ name, values }) => typeof name === 'string' && isNames(values))) {
    throw new Error('categories must be names with values')
  }
  if (!isObject(options)) throw new Error('its options are no object')
  return content as unknown as SeriesReading
}

const isList = (list: unknown, right: (one: Record<string, unknown>) => boolean): boolean =>
  Array.isArray(list) && list.every((one) => isObject(one) && right(one))
