import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { shown } from '../options.ts'

/** Rows with values by the names of columns: a table's, or objects in a list. */
export interface Records {
  /** How many rows there are. */
  readonly rows: number
  /** The values of row `index`, counted from 0, by the names of columns. */
  row(index: number): Readonly<Record<string, unknown>>
  /** The same by columns, where they lie so: of many columns a row takes long. */
  readonly columns?: ReadonlyMap<string, { readonly values: ArrayLike<unknown> }>
  /** Where a value stands, as messages say it. */
  place(index: number, column?: string): string
}

/** Values by the names of columns: an object of whatever type or interface, and no list, which goes through its values. */
export type RowValues = Readonly<Record<string, unknown>> | (object & { readonly [Symbol.iterator]?: never })

/** What rows are given as. */
export type Recorded = Records | readonly RowValues[]

/** Rows, held against what they must be. `owner` is what errors begin with. */
export function recordsOf(given: Recorded, owner: string): Records {
  const records = Array.isArray(given)
    ? listed(given as readonly Readonly<Record<string, unknown>>[], owner)
    : (given as Records)
  if (typeof records?.row !== 'function' || typeof records.place !== 'function') {
    throw new UnrolledError('data', `${owner}: a table or a list of objects is needed, not ${shown(given)}`)
  }
  if (records.rows === 0) throw new UnrolledError('data', `${owner}: there is no row`)
  return records
}

function listed(list: readonly Readonly<Record<string, unknown>>[], owner: string): Records {
  list.forEach((one: unknown, i) => {
    if (typeof one === 'object' && one !== null && !Array.isArray(one)) return
    throw new UnrolledError('data', `${owner}: row ${i} is ${shown(one)}; it must be an object with values by name`)
  })
  return {
    rows: list.length,
    row: (index) => list[index]!,
    place: (index, column) => (column === undefined ? `row ${index}` : `row ${index}, ${column}`),
  }
}

/** The values of a column, which must be there in every row. */
export function valuesIn(records: Records, column: string, owner: string): unknown[] {
  const known = records.columns?.get(column)
  if (known !== undefined) return Array.from(known.values)
  const values: unknown[] = []
  for (let i = 0; i < records.rows; i++) {
    const row = records.row(i)
    if (!Object.hasOwn(row, column)) throw missing(records, i, column, owner)
    values.push(row[column])
  }
  return values
}

function missing(records: Records, index: number, column: string, owner: string): UnrolledError {
  const names = Object.keys(records.row(index))
  const close = nearest(column, names)
  const advice = close === undefined ? `there are ${names.join(', ')}` : `did you mean ${close}?`
  return new UnrolledError('data', `${owner}: ${records.place(index)} has no column ${column}; ${advice}`)
}
