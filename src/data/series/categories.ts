import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import type { Table } from '../table/table.ts'
import type { StaticCategory } from './series.ts'

/** What tells series apart, and which values the series of some rows has. */
export interface Categories {
  readonly categories: readonly StaticCategory[]
  readonly of: (rows: Uint32Array) => readonly number[]
}

/** @throws UnrolledError `data` with row and column where a row says nothing, or something else than others of its series. */
export function categoriesIn(table: Table, names: readonly string[]): Categories {
  const columns = names.map((name) => {
    const { type, values } = table.column(name)
    if (type === 'list' || type === 'date') {
      throw new UnrolledError(
        'data',
        `series: ${table.name}: column ${shown(name)} holds ${type}s; a category is a name`,
      )
    }
    const numbers = new Map<unknown, number>()
    const present = new Set<unknown>(values)
    const known = [...present].filter((value) => value !== undefined && !Number.isNaN(value)).sort(inOrder)
    known.forEach((value, i) => numbers.set(value, i))
    return { name, values, numbers, category: { name, values: known.map(String) } }
  })
  return {
    categories: columns.map(({ category }) => category),
    of: (rows) =>
      columns.map(({ name, values, numbers }) => {
        const [first] = rows
        for (const row of rows) {
          const value = values[row]
          if (numbers.has(value) && value === values[first!]) continue
          const place = `series: ${table.place(row, name)}`
          throw new UnrolledError(
            'data',
            numbers.has(value)
              ? `${place} is ${shown(value)}, but ${shown(values[first!])} in another row of the same series; a category stays what it is`
              : `${place}: it does not say what the series is`,
          )
        }
        return numbers.get(values[first!])!
      }),
  }
}

const inOrder = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1
