import { UnrolledError } from '../../error.ts'
import { shown, type Json } from '../../options.ts'
import type { InputCoding } from './input-coding.ts'
import type { Scaling } from './scaling.ts'

/** One column: numbers with their scaling, or the names of a category, of which others are an error or none. */
export type ColumnCoding =
  | ({ readonly name: string } & Scaling)
  | { readonly name: string; readonly categories: readonly string[]; readonly ignoreUnknown?: boolean }

/** Rows with named columns: numbers are scaled, of a category there is one column for each of its names. */
export interface VectorCoding extends InputCoding {
  readonly kind: 'vectors'
  readonly columns: readonly ColumnCoding[]
  /** Into how many steps a row is cut; absent, a row is one step. */
  readonly steps?: number
  /** Writes the values of a row, in the order of the columns, to `into` from `at` on. */
  write(values: ArrayLike<unknown>, into: Float32Array, at: number, place: string): void
}

const widthOf = (column: ColumnCoding): number => ('categories' in column ? column.categories.length : 1)

export function vectorCoding(columns: readonly ColumnCoding[], steps?: number): VectorCoding {
  const width = columns.reduce((sum, column) => sum + widthOf(column), 0)
  const names = columns.map(({ name }) => name).join(', ')
  if (steps !== undefined && width % steps !== 0) {
    throw new UnrolledError('option', `${width} columns (${names}) cannot be cut into ${steps} steps of equal width`)
  }
  const write: VectorCoding['write'] = (values, into, start, place) => {
    if (values.length !== columns.length) {
      throw new UnrolledError('data', `${place}: ${values.length} values; the columns are ${names}`)
    }
    let at = start
    columns.forEach((column, i) => {
      writeValue(column, values[i], into, at, place)
      at += widthOf(column)
    })
  }
  return {
    kind: 'vectors',
    columns,
    ...(steps !== undefined && { steps }),
    port: { kind: 'vector', columns: width / (steps ?? 1), axes: ['time', 'batch'] },
    write,
    // A row is an object or a list of values; where it is a whole sequence, a list of rows is a list of sequences.
    isOne: (value) => !isRowList(value) || (steps === undefined && !isRowList((value as readonly unknown[])[0])),
    rows(value, place) {
      const rows = isRowList(value) ? (value as readonly unknown[]) : [value]
      if (rows.length === 0) throw new UnrolledError('data', `${place()} has no step`)
      if (steps !== undefined && rows.length > 1)
        throw new UnrolledError('data', `${place()}: one row is a whole sequence`)
      const data = new Float32Array(rows.length * width)
      rows.forEach((row, step) => {
        const where = rows.length === 1 ? place() : place(step)
        write(valuesOf(row, columns, where), data, step * width, where)
      })
      return { shape: [rows.length * (steps ?? 1), width / (steps ?? 1)], data }
    },
    step(value, place) {
      if (steps !== undefined)
        throw new UnrolledError(
          'data',
          `${place()}: one row is a whole sequence, cut into ${steps} steps; predict takes it`,
        )
      const into = new Float32Array(width)
      write(valuesOf(value, columns, place()), into, 0, place())
      return into
    },
    content: () => ({
      kind: 'vectors',
      columns: columns.map((column): Json => ({ ...column })),
      ...(steps !== undefined && { steps }),
    }),
  }
}

/** Whether it is a list of rows, not one row. */
const isRowList = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null

function valuesOf(row: unknown, columns: readonly ColumnCoding[], place: string): ArrayLike<unknown> {
  if (Array.isArray(row) || ArrayBuffer.isView(row)) return row as ArrayLike<unknown>
  if (typeof row !== 'object' || row === null) {
    if (columns.length === 1) return [row]
    throw new UnrolledError(
      'data',
      `${place}: ${shown(row)}; a row is an object or a list of ${columns.map(({ name }) => name).join(', ')}`,
    )
  }
  return columns.map(({ name }) => (row as Readonly<Record<string, unknown>>)[name])
}

/** A date as the number that it is in a table, milliseconds since 1970; all else as it is. */
export const inNumbers = (value: unknown): unknown => (value instanceof Date ? value.getTime() : value)

const isNothing = (value: unknown): boolean => value === undefined || value === null || Number.isNaN(value)

function writeValue(column: ColumnCoding, given: unknown, into: Float32Array, at: number, place: string): void {
  const value = inNumbers(given)
  const wrong = (right: string): UnrolledError =>
    new UnrolledError(
      'data',
      `${place}: ${column.name} is ${isNothing(value) ? 'missing' : shown(value)}; it must be ${right}`,
    )
  if (!('categories' in column)) {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong('a number')
    into[at] = (value - column.mean) / column.deviation
    return
  }
  const { categories } = column
  if (typeof value === 'object' && value !== null) throw wrong('a number or a name')
  const found = isNothing(value) ? -1 : categories.indexOf(String(value))
  if (found < 0 && !column.ignoreUnknown)
    throw wrong(`one of ${categories.slice(0, 12).join(', ')}${categories.length > 12 ? ', …' : ''}`)
  into.fill(0, at, at + categories.length)
  if (found >= 0) into[at + found] = 1
}

export function vectorCodingFrom({ columns, steps }: Readonly<Record<string, Json>>): VectorCoding {
  if (!Array.isArray(columns) || columns.length === 0) throw new Error('its columns are no list')
  if (steps !== undefined && !(Number.isSafeInteger(steps) && (steps as number) > 0)) {
    throw new Error('steps must be a whole number from 1')
  }
  return vectorCoding(
    columns.map((column) => columnFrom(column as Readonly<Record<string, Json>> | null)),
    steps as number | undefined,
  )
}

function columnFrom(column: Readonly<Record<string, Json>> | null): ColumnCoding {
  const { name, mean, deviation, categories, ignoreUnknown } = column ?? {}
  if (typeof name !== 'string') throw new Error('a column has no name')
  if (Array.isArray(categories) && categories.length > 0 && categories.every((one) => typeof one === 'string')) {
    return { name, categories: categories as string[], ...(ignoreUnknown === true && { ignoreUnknown }) }
  }
  if (typeof mean === 'number' && typeof deviation === 'number' && deviation > 0) return { name, mean, deviation }
  throw new Error(`the column ${name} has neither mean and deviation nor categories`)
}
