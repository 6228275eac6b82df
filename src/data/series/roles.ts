import { UnrolledError } from '../../error.ts'
import { quoted } from '../../printable.ts'
import type { Column } from '../table/column.ts'
import type { Table } from '../table/table.ts'
import { listed } from '../table/table.ts'
import type { SeriesReading } from './reading.ts'
import type { SeriesOptions } from './series-options.ts'

/** Which columns of a table are what. */
export interface Roles {
  /** Absent where rows are steps. */
  readonly time?: string
  readonly series?: string
  readonly targets: readonly string[]
  readonly known: readonly string[]
  readonly past: readonly string[]
  readonly categories: readonly string[]
}

/** What columns are, and what was assumed of them. */
interface Found {
  readonly roles: Roles
  readonly found: readonly string[]
}

/** What each column is: what is told, or was of rows that these are read like, or is found. */
export const rolesIn = (table: Table, options: SeriesOptions): Found => {
  const { roles, found } = options.like?.reading ? rolesLike(options.like.reading, options) : rolesFound(table, options)
  checkEachOnce(Object.values(roles).flat())
  return { roles, found }
}

function rolesLike({ time, series, targets, known, past, categories }: SeriesReading, options: SeriesOptions): Found {
  const [when, apart] = [options.time ?? time, options.series ?? series]
  const roles = {
    ...(when !== undefined && { time: when }),
    ...(apart !== undefined && { series: apart }),
    targets: options.target === undefined ? targets : [options.target].flat(),
    known: known.map(({ column }) => column),
    past: past.map(({ column }) => column),
    categories: categories.map(({ name }) => name),
  }
  return { roles, found: [] }
}

function rolesFound(table: Table, options: SeriesOptions): Found {
  const lists = {
    known: [options.known ?? []].flat(),
    past: [options.past ?? []].flat(),
    categories: [options.categories ?? []].flat(),
  }
  const { series } = options
  const given = [series, ...[options.target ?? []].flat(), ...Object.values(lists).flat()]
  const time = options.time ?? onlyDates(table, given) ?? onlyCounter(table, series, given)
  const taken = [time, series, ...Object.values(lists).flat()]
  const targets = options.target === undefined ? otherNumbers(table, taken) : [options.target].flat()
  const found = [
    ...(options.time !== undefined
      ? []
      : [time === undefined ? 'rows are steps, there is no column of dates' : `time is ${time}`]),
    ...(options.target === undefined ? [targetsText(targets)] : []),
  ]
  return {
    roles: { ...(time !== undefined && { time }), ...(series !== undefined && { series }), targets, ...lists },
    found,
  }
}

/** So many are named. */
const mostNamed = 8

const targetsText = (targets: readonly string[]): string =>
  targets.length > mostNamed
    ? `targets are ${targets.length} columns, ${targets.slice(0, mostNamed).join(', ')} …`
    : `target is ${targets.join(', ')}`

function onlyDates({ name, columns }: Table, taken: readonly (string | undefined)[]): string | undefined {
  const dates = namesOf(columns.values(), 'date', taken)
  if (dates.length < 2) return dates[0]
  throw new UnrolledError(
    'data',
    `series: ${name} has several columns of dates, ${listed(dates)}; say which is the time`,
  )
}

function otherNumbers({ name, columns }: Table, taken: readonly (string | undefined)[]): readonly string[] {
  const numbers = namesOf(columns.values(), 'number', taken)
  if (numbers.length > 0) return numbers
  throw new UnrolledError(
    'data',
    `series: ${name} has no column of numbers to be the target; there are ${listed([...columns.keys()])}`,
  )
}

/** The only column of numbers, beside others, that grows by the same from row to row, in every series: nobody forecasts such a one. */
function onlyCounter(
  table: Table,
  series: string | undefined,
  taken: readonly (string | undefined)[],
): string | undefined {
  const ids = series === undefined ? undefined : table.column(series).values
  const numbers = namesOf(table.columns.values(), 'number', [series])
  const counters = numbers.filter((name) => !taken.includes(name) && counts(table.column(name, 'number').values, ids))
  return counters.length === 1 && numbers.length > 1 ? counters[0] : undefined
}

function counts(values: Float64Array, ids: ArrayLike<unknown> | undefined): boolean {
  const last = new Map<unknown, number>()
  let step: number | undefined
  for (const [row, value] of values.entries()) {
    const before = last.get(ids?.[row])
    last.set(ids?.[row], value)
    if (before === undefined) continue
    step ??= value - before
    if (!(step > 0) || Math.abs(value - before - step) > 1e-9 * step) return false
  }
  return step !== undefined
}

const namesOf = (columns: Iterable<Column>, type: Column['type'], taken: readonly (string | undefined)[]): string[] =>
  [...columns].filter((column) => column.type === type && !taken.includes(column.name)).map(({ name }) => name)

function checkEachOnce(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return
  throw new UnrolledError(
    'option',
    `series: column ${quoted(twice)} is named twice; it is one of time, series, target, known, past and categories`,
  )
}
