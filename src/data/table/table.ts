import { UnrolledError } from '../../error.ts'
import { nearest } from '../../nearest.ts'
import { wrongOption } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { named } from '../../tensor.ts'
import { called, type Column, type ColumnOf, type ColumnType, type TableValue } from './column.ts'

/** Rows and named columns, read from a file or from records. It does not change. */
export interface Table {
  /** What it was read from, as errors call it. */
  readonly name: string
  /** How many rows there are. */
  readonly rows: number
  /** By name, in the order of the file. */
  readonly columns: ReadonlyMap<string, Column>
  /** What was found, in one line: `mails.csv: 4,150 rows; semicolons, decimal comma, header; date: dates, body: text`. */
  readonly description: string
  /**
   * A column by its name, of whatever type.
   * @throws UnrolledError `data` where there is none of that name, with the nearest.
   */
  column(name: string): Column
  /**
   * A column by its name, of the type that is asked for.
   * @throws UnrolledError `data` also where it is of another type.
   */
  column<Type extends ColumnType>(name: string, type: Type): ColumnOf<Type>
  /** What stands in row `i`, counted from 0, by column. */
  row(i: number): Readonly<Record<string, TableValue>>
  /** A table of some of the rows, counted from 0, in the order given. */
  select(rows: ArrayLike<number>): Table
  /**
   * A table with a column more, or with another in place of that of its name.
   * @throws UnrolledError `data` where it has not a value for each row.
   */
  with(column: Column): Table
  /** Where row `i` stands in the file, as people count: `mails.csv, row 17, column "price"`. */
  place(i: number, column?: string): string
  /** What row `i` was read from, of several files its own; as errors call it: `mails.csv`. */
  source(i: number): string
}

/** Where rows stand, and in what. */
export type Places = Pick<Table, 'place' | 'source'>
export type Place = Table['place']

export interface TableParts {
  readonly name: string
  readonly columns: readonly Column[]
  readonly rows: number
  /** What was sniffed, and what the columns hold. */
  readonly found: string
  readonly places: Places
}

const grouped = (count: number): string => count.toLocaleString('en-US')

export function tableOf({ name, columns, rows, found, places }: TableParts, all = rows): Table {
  const byName = new Map(columns.map((column) => [column.name, column]))
  const count = `${rows === all ? '' : `${grouped(rows)} of `}${grouped(all)} ${all === 1 ? 'row' : 'rows'}`
  const checkRow = (i: number): void => {
    if (Number.isInteger(i) && i >= 0 && i < rows) return
    throw wrongOption('table', 'row', i, rows === 0 ? 'nothing: there are no rows' : `from 0 to ${rows - 1}`)
  }
  const column = <Type extends ColumnType>(wanted: string, type?: Type): ColumnOf<Type> => {
    const found = byName.get(wanted)
    if (found === undefined) throw noColumn(name, wanted, [...byName.keys()])
    if (type !== undefined && found.type !== type) {
      throw new UnrolledError(
        'data',
        `${name}: column ${quoted(wanted)} holds ${called[found.type]}; ${called[type]} are needed`,
      )
    }
    return found as ColumnOf<Type>
  }
  return {
    name,
    rows,
    columns: byName,
    description: `${name}: ${count}; ${found}`,
    column,
    row(i) {
      checkRow(i)
      return named(columns.map((column) => [column.name, column.values[i]]))
    },
    with(added) {
      if (added.values.length !== rows) {
        throw new UnrolledError(
          'data',
          `${name}: column ${quoted(added.name)} has ${added.values.length} values for ${rows} rows`,
        )
      }
      const others = new Map(byName).set(added.name, added)
      return tableOf(
        {
          name,
          columns: [...others.values()],
          rows,
          found: `${found}; added ${added.name}: ${called[added.type]}`,
          places,
        },
        all,
      )
    },
    select(chosen) {
      const picked = Uint32Array.from(chosen, (i) => (checkRow(i), i))
      return tableOf(
        {
          name,
          columns: columns.map((column) => some(column, picked)),
          rows: picked.length,
          found,
          places: placesOf(places, picked),
        },
        all,
      )
    },
    ...places,
  }
}

/** Where some of the rows stand. By itself, so that a table of few rows does not keep the values of all. */
const placesOf = ({ place, source }: Places, rows: Uint32Array): Places => ({
  place: (i, column) => place(rows[i]!, column),
  source: (i) => source(rows[i]!),
})

/** Some of a column's values. */
function some(column: Column, rows: Uint32Array): Column {
  const { values } = column
  const chosen =
    values instanceof Float64Array
      ? Float64Array.from(rows, (row) => values[row]!)
      : Array.from(rows, (row) => values[row])
  return { ...column, values: chosen } as Column
}

/** Says which columns there are in the place of one that there is not. */
export function noColumn(table: string, wanted: string, names: readonly string[]): UnrolledError {
  const meant = nearest(wanted, names)
  const advice = meant === undefined ? `there are ${listed(names)}` : `did you mean ${quoted(meant)}?`
  return new UnrolledError('data', `${table} has no column ${quoted(wanted)}; ${advice}`)
}

/** Names as a message lists them: of many, the first. */
export const listed = (names: readonly string[], most = 12): string =>
  [...names.slice(0, most).map(quoted), ...(names.length > most ? [`… ${grouped(names.length)} in all`] : [])].join(
    ', ',
  )
