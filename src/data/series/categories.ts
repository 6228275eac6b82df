import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { called } from '../table/column.ts'
import { listed, type Table } from '../table/table.ts'
import type { StaticCategory } from './static-category.ts'

/** What tells series apart, and which values the series of some rows has. */
export interface Categories {
  readonly categories: readonly StaticCategory[]
  readonly of: (rows: Uint32Array) => readonly number[]
}

/**
 * Columns that say what series are; `known` are values that others were read with.
 * @throws UnrolledError `data` with row and column where a row says nothing, or something else than others of its series, or than `known`.
 */
export function categoriesIn(
  table: Table,
  names: readonly string[],
  known: readonly StaticCategory[] = [],
): Categories {
  const columns = names.map((name) => {
    const column = table.column(name)
    const { type, values } = column
    if (type === 'list' || type === 'names' || type === 'date') {
      throw new UnrolledError(
        'data',
        `series: ${table.name}: column ${quoted(name)} holds ${called[type]}; a category is a name`,
      )
    }
    const told = known.find((one) => one.name === name)?.values ?? different(values)
    return { name, values, numbers: new Map(told.map((value, i) => [value, i])), category: { name, values: told } }
  })
  return {
    categories: columns.map(({ category }) => category),
    of: (rows) =>
      columns.map(({ name, values, numbers }) => {
        const first = values[rows[0]!]
        for (const row of rows) {
          const value = values[row]
          if (value === first && numbers.has(String(value))) continue
          throw new UnrolledError('data', `series: ${table.place(row, name)}${wrong(value, first, numbers)}`)
        }
        return numbers.get(String(first))!
      }),
  }
}

const isMissing = (value: unknown): boolean => value === undefined || Number.isNaN(value)

function wrong(value: unknown, first: unknown, numbers: ReadonlyMap<string, number>): string {
  if (isMissing(value)) return ': it does not say what the series is'
  if (!numbers.has(String(value))) return ` is ${shown(value)}; known are ${listed([...numbers.keys()])}`
  return ` is ${shown(value)}, but ${shown(first)} in another row of the same series; a category stays what it is`
}

const different = (values: ArrayLike<unknown>): readonly string[] =>
  [...new Set(Array.from(values))]
    .filter((value) => !isMissing(value))
    .sort(inOrder)
    .map(String)

const inOrder = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1
