import { UnrolledError, type ColumnRoles, type Table } from 'unrolled'
import { string, type OptionRule, type Options } from '../command.ts'
import { grouped } from '../numbers.ts'
import { filesIn } from './files/kind-of-files.ts'
import { toldColumns } from './told-columns.ts'

export const missingOption: OptionRule = {
  name: 'missing',
  value: '<how>',
  type: 'text',
  says: 'rows in which nothing stands where something is read: error, or skip, which counts them (error)',
}

/** Columns that are read of a row, in which something must stand; a category may be none of those that are known. */
export function columnsToRead(
  table: Table,
  { text, token, x, sequence, time }: ColumnRoles,
  options: Options,
): string[] {
  const open = string(options, 'unknown') === 'ignore'
  const isOpen = (name: string): boolean => {
    const column = table.columns.get(name)
    return open && column?.type === 'string' && filesIn(column) === undefined
  }
  const values = [x ?? []].flat().filter((name) => !isOpen(name))
  return [text, token, values, sequence, time].flat().filter((name) => name !== undefined)
}

/** The same, and those that say what a row is; one in which no labels stand has none. */
export const columnsToTell = (table: Table, roles: ColumnRoles, options: Options): string[] => [
  ...columnsToRead(table, roles, options),
  ...toldColumns(roles).filter((name) => name !== roles.labels),
]

/**
 * The rows of a table in which something stands in each of some columns, and what is said of the others.
 * @throws UnrolledError `data` with the first other row, unless they are to be skipped.
 */
export function wholeRows(
  table: Table,
  columns: readonly string[],
  options: Options,
): { readonly table: Table; readonly leftOut: readonly string[] } {
  const how = string(options, 'missing') ?? 'error'
  if (how !== 'error' && how !== 'skip') throw new UnrolledError('usage', `--missing ${how}: it is error or skip`)
  const needed = columns.flatMap((name) => table.columns.get(name) ?? [])
  const first = new Map<number, string>()
  for (const { name, values } of needed) {
    values.forEach((value: unknown, row: number) => {
      if ((value === undefined || Number.isNaN(value)) && !first.has(row)) first.set(row, name)
    })
  }
  if (first.size === 0) return { table, leftOut: [] }
  const rows = `${grouped(first.size)} of ${grouped(table.rows)} rows`
  if (how === 'skip') {
    const kept = Array.from({ length: table.rows }, (_, row) => row).filter((row) => !first.has(row))
    if (kept.length === 0)
      throw new UnrolledError('data', `${table.name}: in every row something is missing of ${columns.join(', ')}`)
    const names = [...new Set(first.values())].join(', ')
    return { table: table.select(kept), leftOut: [`${rows} left out, in which nothing stands in ${names}`] }
  }
  const row = Math.min(...first.keys())
  throw new UnrolledError(
    'data',
    `${table.place(row, first.get(row)!)}: nothing stands there (so it is in ${rows}); --missing skip leaves such rows out`,
  )
}
