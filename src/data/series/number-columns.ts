import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { readNumber } from '../table/read-number.ts'
import { called, type ColumnOf } from '../table/column.ts'
import type { Table } from '../table/table.ts'

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

/** The columns that a covariate becomes: itself, or one for each of its names, in alphabetical order. */
export function covariateColumns(table: Table, name: string): readonly NumberColumn[] {
  const column = table.column(name)
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
      return namesAsColumns(table, column)
    default:
      throw new UnrolledError(
        'data',
        `series: ${table.name}: column ${quoted(name)} holds ${called[column.type]}; a covariate is numbers, true or false, or names`,
      )
  }
}

function namesAsColumns(table: Table, { name, values }: ColumnOf<'string'>): readonly NumberColumn[] {
  const names = [...new Set(values)].filter((one) => one !== undefined).sort()
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
