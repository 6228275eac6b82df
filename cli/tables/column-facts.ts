import type { Column, Table } from 'unrolled'
import { filesIn, type KindOfFiles } from './files/kind-of-files.ts'

/** What is known of a column. */
export interface ColumnFacts {
  readonly name: string
  readonly type: Column['type']
  readonly rows: number
  readonly missing: number
  /** Different values; of lists none are counted. */
  readonly different: number
  /** Values and how often they are met, the most frequent first. */
  readonly frequent: readonly (readonly [value: string, count: number])[]
  /** Of numbers and dates: the least and the greatest. */
  readonly range?: readonly [number, number]
  /** Whether all are whole numbers. */
  readonly whole: boolean
  /** Whether values come back, so that rows can be told apart by what they are: `few` different ones, two at least. */
  readonly few: boolean
  /** Whether a row has a list of names, or they look like such, with a sign between names. */
  readonly several: boolean
  /** What is in the files that it names. */
  readonly files?: KindOfFiles
  /** Whether most of its texts are of several words, so that they are read as texts even where they come back. */
  readonly wordy: boolean
}

/** So many different values may be labels or categories. */
const mostFew = 200

export const factsOf = (table: Table): ReadonlyMap<string, ColumnFacts> =>
  new Map([...table.columns].map(([name, column]) => [name, columnFacts(column)]))

function columnFacts(column: Column): ColumnFacts {
  const { name, type, values } = column
  const files = filesIn(column)
  const counts = new Map<string, number>()
  let missing = 0
  let whole = type === 'number'
  let [least, greatest] = [Infinity, -Infinity]
  for (const value of values) {
    if (value === undefined || Number.isNaN(value)) {
      missing++
      continue
    }
    if (typeof value === 'object') continue
    counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
    if (typeof value !== 'number') continue
    whole &&= Number.isInteger(value)
    least = Math.min(least, value)
    greatest = Math.max(greatest, value)
  }
  const different = counts.size
  const signs = type === 'string' ? [...counts.keys()].filter((text) => /\S[;|]\s*\S/.test(text)).length : 0
  const come = different >= 2 && different <= Math.min(mostFew, Math.max(2, (values.length - missing) / 4))
  return {
    name,
    type,
    rows: values.length,
    missing,
    different,
    frequent: [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, mostFew),
    whole,
    ...(greatest >= least && { range: [least, greatest] }),
    wordy: type === 'string' && 2 * [...counts.keys()].filter((text) => /\S\s+\S/.test(text)).length > different,
    several: type === 'names' || (come && 4 * signs >= different),
    ...(files && { files }),
    few: come && files === undefined && (type === 'string' || type === 'boolean' || (whole && different <= 20)),
  }
}
