import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { readNumber } from '../table/read-number.ts'
import { called, type ColumnOf } from '../table/column.ts'
import { listed, type Table } from '../table/table.ts'
import type { CovariateReading } from './reading.ts'

/** A column as numbers, with one for each row; NaN where nothing stands. */
export interface NumberColumn {
  /** The column's name, or `weather=rain`. */
  readonly name: string
  /** The column of the table that it is made of. */
  readonly source: string
  /** Whether it says yes or no, 1 or 0: there is nothing in between. */
  readonly flag: boolean
  readonly values: Float64Array
}

/** So many different names at most become columns. */
const mostNames = 100

/** A target, which is a column of numbers. */
export function targetColumn(table: Table, name: string): NumberColumn {
  const column = table.column(name)
  if (column.type === 'number') {
    if (column.values.some((value) => !Number.isNaN(value)))
      return { name, source: name, flag: false, values: column.values }
    throw new UnrolledError('data', `series: ${table.name}: column ${quoted(name)} is empty; a target has values`)
  }
  const at = column.type === 'string' ? column.values.findIndex(isNoNumber) : -1
  const where = at < 0 ? '' : `; ${table.place(at, name)} is ${shown(column.values[at])}`
  throw new UnrolledError(
    'data',
    `series: ${table.name}: column ${quoted(name)} holds ${called[column.type]}${where}; a target is numbers`,
  )
}

const isNoNumber = (cell: string | undefined): boolean => cell !== undefined && readNumber(cell, '.') === undefined

/**
 * The columns that a covariate becomes: itself, or one for each of its names, in alphabetical order; `known` is how others were read.
 * @throws UnrolledError `data` with row and column for a name that they did not have.
 */
export function covariateColumns(table: Table, name: string, known?: CovariateReading): readonly NumberColumn[] {
  const column = table.column(name)
  if (known && (known.names === undefined) === (column.type === 'string')) {
    const [are, were] = column.type === 'string' ? ['names', 'numbers'] : ['no names', 'names']
    throw new UnrolledError(
      'data',
      `series: ${table.name}: column ${quoted(name)} holds ${are}; it held ${were} before`,
    )
  }
  switch (column.type) {
    case 'number':
      return [{ name, source: name, flag: false, values: column.values }]
    case 'boolean':
      return [
        {
          name,
          source: name,
          flag: true,
          values: Float64Array.from(column.values, (one) => (one === undefined ? NaN : Number(one))),
        },
      ]
    case 'string':
      return namesAsColumns(table, column, known?.names)
    default:
      throw new UnrolledError(
        'data',
        `series: ${table.name}: column ${quoted(name)} holds ${called[column.type]}; a covariate is numbers, true or false, or names`,
      )
  }
}

function namesAsColumns(
  table: Table,
  { name, values }: ColumnOf<'string'>,
  known: readonly string[] | undefined,
): readonly NumberColumn[] {
  const names = known ?? [...new Set(values)].filter((one) => one !== undefined).sort()
  const at = known ? values.findIndex((one) => one !== undefined && !known.includes(one)) : -1
  if (at >= 0) {
    throw new UnrolledError(
      'data',
      `series: ${table.place(at, name)} is ${shown(values[at])}; known are ${listed(names)}`,
    )
  }
  if (names.length > mostNames) {
    throw new UnrolledError(
      'data',
      `series: ${table.name}: column ${quoted(name)} has ${names.length.toLocaleString('en-US')} different names; at most ${mostNames} become columns`,
    )
  }
  return names.map((one) => ({
    name: `${name}=${one}`,
    source: name,
    flag: true,
    values: Float64Array.from(values, (value) => (value === undefined ? NaN : Number(value === one))),
  }))
}
