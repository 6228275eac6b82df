import { UnrolledError } from '../../error.ts'
import { quoted } from '../../printable.ts'
import { called } from '../table/column.ts'
import type { Table } from '../table/table.ts'

/** The rows of one series, in the order of their times. */
export interface SeriesRows {
  /** What tells it from others, where there are several. */
  readonly id?: string
  readonly rows: Uint32Array
  /** Of each of them. */
  readonly times: Float64Array
}

/** The rows of each series in the order of their times, by the names of the series; and how many rows stood elsewhere. */
export function rowsInTime(
  table: Table,
  { time, series }: { readonly time?: string; readonly series?: string },
): { readonly series: readonly SeriesRows[]; readonly sorted: number } {
  const times = timesIn(table, time)
  const groups = groupsIn(table, series)
  let sorted = 0
  const ordered = groups.map(({ id, rows }): SeriesRows => {
    let latest = -Infinity
    for (const row of rows) {
      if (time !== undefined && times[row]! < latest) sorted++
      latest = Math.max(latest, times[row]!)
    }
    // Without times, rows are the steps of their series.
    const inOrder = time === undefined ? rows : rows.sort((a, b) => times[a]! - times[b]!)
    return {
      ...(id !== undefined && { id }),
      rows: Uint32Array.from(inOrder),
      times: Float64Array.from(inOrder, (row, i) => (time === undefined ? i : times[row]!)),
    }
  })
  return { series: ordered, sorted }
}

/** The time of each row; its number where there is no column of them. */
function timesIn(table: Table, name: string | undefined): Float64Array {
  if (name === undefined) return Float64Array.from({ length: table.rows }, (_, i) => i)
  const { type, values } = table.column(name)
  if (type !== 'date' && type !== 'number') {
    throw new UnrolledError(
      'data',
      `series: ${table.name}: column ${quoted(name)} holds ${called[type]}; dates, or numbers, are needed (types: { ${JSON.stringify(name)}: 'date' } tells where one is not)`,
    )
  }
  const at = values.findIndex(Number.isNaN)
  if (at < 0) return values
  throw new UnrolledError(
    'data',
    `series: ${table.place(at, name)}: no time stands there; leave the row out by select, or fill it`,
  )
}

function groupsIn(table: Table, name: string | undefined): { readonly id?: string; readonly rows: number[] }[] {
  if (table.rows === 0) throw new UnrolledError('data', `series: ${table.name} has no row`)
  if (name === undefined) return [{ rows: Array.from({ length: table.rows }, (_, i) => i) }]
  const { type, values } = table.column(name)
  if (type === 'list')
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
