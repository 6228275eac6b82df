import { isNames, isObject } from '../../json-object.ts'
import type { SeriesReadingOptions } from './reading-options.ts'
import type { StaticCategory } from './static-category.ts'

/** A covariate: its column, and where it holds names those that became columns. */
export interface CovariateReading {
  readonly column: string
  readonly names?: readonly string[]
}

/** How rows were read as series, so that a model's file can tell it and other rows are read alike. All of it is JSON. */
export interface SeriesReading {
  /** Columns by what they are. `time` is absent where rows are steps. */
  readonly time?: string
  readonly series?: string
  readonly targets: readonly string[]
  readonly known: readonly CovariateReading[]
  readonly past: readonly CovariateReading[]
  readonly categories: readonly StaticCategory[]
  /** What else was said or found: options that read the next rows as these. */
  readonly options: SeriesReadingOptions & { readonly holidays?: readonly string[] }
}

/** What can be read alike: series, or a model made of them. */
export interface ReadAlike {
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
