import { UnrolledError } from '../../error.ts'
import { quoted } from '../../printable.ts'
import { called, type Column } from '../table/column.ts'
import type { Table } from '../table/table.ts'
import { localTimes } from './local-times.ts'
import type { Zone } from './zone.ts'

/** The rows of one series, in the order of their times. */
export interface SeriesRows {
  /** What tells it from others, where there are several. */
  readonly id?: string
  readonly rows: Uint32Array
  /** Of each of them. */
  readonly times: Float64Array
}

/** Series by their names, and what was done to the times of their rows. */
export interface RowsInTime {
  readonly series: readonly SeriesRows[]
  /** Rows that stood elsewhere. */
  readonly sorted: number
  /** Rows of times that clocks never show, because they are put forward. */
  readonly never: ReadonlySet<number>
  /** How many rows are of the second of a time that clocks show twice. */
  readonly second: number
}

/** The rows of each series in the order of their times; times without a zone are what clocks show in this one, where one was told. */
export function rowsInTime(
  table: Table,
  { time, series }: { readonly time?: string; readonly series?: string },
  zone: Zone | undefined,
): RowsInTime {
  const column = time === undefined ? undefined : timeColumn(table, time)
  const local = zone !== undefined && column !== undefined && isLocal(table, column, zone)
  const never = new Set<number>()
  let [sorted, second] = [0, 0]
  const ordered = groupsIn(table, series).map(({ id, rows }): SeriesRows => {
    // Without times, rows are the steps of their series.
    const told = Float64Array.from(rows, (row, i) => column?.values[row] ?? i)
    const read = local ? localTimes(told, zone) : { times: told, never: [], second: 0 }
    const { times } = read
    for (const i of read.never) never.add(rows[i]!)
    second += read.second
    let latest = -Infinity
    for (const one of times) {
      if (one < latest) sorted++
      latest = Math.max(latest, one)
    }
    const order = Array.from(rows.keys()).sort((a, b) => times[a]! - times[b]!)
    return {
      ...(id !== undefined && { id }),
      rows: Uint32Array.from(order, (i) => rows[i]!),
      times: Float64Array.from(order, (i) => times[i]!),
    }
  })
  return { series: ordered, sorted, never, second }
}

/** A series without some of its rows. */
export function without({ id, rows, times }: SeriesRows, left: ReadonlySet<number>): SeriesRows {
  const stays = (_: number, i: number): boolean => !left.has(rows[i]!)
  return { ...(id !== undefined && { id }), rows: rows.filter(stays), times: times.filter(stays) }
}

/** The times of a series, each once. */
export const distinctTimes = ({ times }: SeriesRows): Float64Array => times.filter((one, i) => one !== times[i - 1])

type TimeColumn = Extract<Column, { readonly type: 'date' | 'number' }>

function timeColumn(table: Table, name: string): TimeColumn {
  const column = table.column(name)
  const { type, values } = column
  if (type !== 'date' && type !== 'number') {
    throw new UnrolledError(
      'data',
      `series: ${table.name}: column ${quoted(name)} holds ${called[type]}; dates, or numbers, are needed (read with types: { ${JSON.stringify(name)}: 'date' }, the table says which is none)`,
    )
  }
  const at = values.findIndex(Number.isNaN)
  if (at < 0) return column as TimeColumn
  throw new UnrolledError(
    'data',
    `series: ${table.place(at, name)}: no time stands there; leave the row out by select, or fill it`,
  )
}

/** Whether times are what clocks show in a zone: they do not tell one. */
function isLocal(table: Table, column: TimeColumn, zone: Zone): boolean {
  const zoned = column.type === 'date' ? (column.zoned ?? 'all') : undefined
  if (zoned === 'all' || zoned === 'none') return zoned === 'none'
  const what =
    zoned === undefined
      ? 'holds numbers, which are in no zone'
      : 'holds some times that tell their zone, and some that do not'
  throw new UnrolledError(
    'data',
    `series: zone is ${zone.name}, but column ${quoted(column.name)} of ${table.name} ${what}`,
  )
}

function groupsIn(table: Table, name: string | undefined): { readonly id?: string; readonly rows: number[] }[] {
  if (table.rows === 0) throw new UnrolledError('data', `series: ${table.name} has no row`)
  if (name === undefined) return [{ rows: Array.from({ length: table.rows }, (_, i) => i) }]
  const { type, values } = table.column(name)
  if (type === 'list' || type === 'names')
    throw new UnrolledError(
      'data',
      `series: ${table.name}: column ${quoted(name)} holds lists; what tells series apart is a name or a number`,
    )
  const groups = new Map<string, number[]>()
  for (let row = 0; row < table.rows; row++) {
    const value = values[row]
    if (value === undefined || Number.isNaN(value)) {
      throw new UnrolledError(
        'data',
        `series: ${table.place(row, name)}: it does not say to which series the row belongs`,
      )
    }
    const id = type === 'date' ? new Date(value as number).toISOString() : String(value)
    const known = groups.get(id)
    if (known) known.push(row)
    else groups.set(id, [row])
  }
  return [...groups].map(([id, rows]) => ({ id, rows })).sort(byId)
}

/** Numbers by size, other names by their signs, whatever the order of the file. */
const byId = (a: { readonly id?: string }, b: { readonly id?: string }): number => {
  const difference = Number(a.id) - Number(b.id)
  return Number.isNaN(difference) ? (a.id! < b.id! ? -1 : 1) : difference
}
