import { UnrolledError } from '../../error.ts'
import type { Table } from '../table/table.ts'
import type { Frequency } from './frequency.ts'
import { called } from './frequency-of.ts'
import type { Grid } from './grid.ts'
import type { SeriesRows } from './rows-in-time.ts'
import { timeText } from './time-text.ts'
import type { Zone } from './zone.ts'

/** The rows of one series, each on a step. */
export interface PlacedRows extends SeriesRows {
  readonly grid: Grid
  /** The step of each row, counted from the first. */
  readonly steps: Float64Array
  /** Steps from the first row to the last. */
  readonly count: number
}

/** More steps than any memory holds come of a time that is far away from all others. */
const mostSteps = 2 ** 27

/** What messages about times need to know. */
export interface Timing {
  readonly table: Table
  readonly time: string | undefined
  readonly frequency: Frequency
  readonly zone: Zone
}

/** @throws UnrolledError `data` with the row that lies on no step. */
export function placeOnGrid(series: SeriesRows, grid: Grid, timing: Timing): PlacedRows {
  const { table, time, frequency, zone } = timing
  const steps = series.times.map((one) => grid.step(one))
  const off = steps.findIndex((step) => !Number.isInteger(step))
  const say = (i: number): string => timeText(series.times[i]!, frequency, zone)
  if (off >= 0) {
    throw new UnrolledError(
      'data',
      `series: ${table.place(series.rows[off]!, time)}: ${say(off)} is no step of one ${called(frequency)} each from ${say(0)} on; say another frequency, or resample`,
    )
  }
  const count = steps.at(-1)! + 1
  if (count > mostSteps) {
    const far = steps.findIndex((step, i) => i > 0 && step - steps[i - 1]! > count / 2)
    throw new UnrolledError(
      'data',
      `series: ${table.place(series.rows[Math.max(far, 0)]!, time)}: ${say(Math.max(far, 0))} makes a series of ${count.toLocaleString('en-US')} steps of one ${called(frequency)} each`,
    )
  }
  return { ...series, grid, steps, count }
}

/** @throws UnrolledError `data` with the first two rows that lie on one step. */
export function checkOnceEach(placed: PlacedRows, { table, time, frequency, zone }: Timing): void {
  const { id, rows, steps, times } = placed
  const at = steps.findIndex((step, i) => i > 0 && step === steps[i - 1])
  if (at < 0) return
  const of = id === undefined ? '' : ` of ${id}`
  const column = id === undefined ? tellingApart(table, placed) : undefined
  const apart = column === undefined ? '' : `series: '${column}' where that column tells series apart, or `
  throw new UnrolledError(
    'data',
    `series: ${table.place(rows[at]!, time)}: ${timeText(times[at]!, frequency, zone)}${of} was there already in ${table.place(rows[at - 1]!)}; ` +
      `say ${apart}what becomes of both: duplicates: 'mean', 'sum', 'first', 'last', 'min' or 'max'`,
  )
}

/** A column of names or numbers by which rows of the same step differ, wherever there are such rows. */
function tellingApart(table: Table, { rows, steps }: PlacedRows): string | undefined {
  for (const { name, type, values } of table.columns.values()) {
    if (type !== 'string') continue
    const seen = new Set<string>()
    const apart = rows.every((row, i) => {
      const key = `${steps[i]} ${String(values[row])}`
      return values[row] !== undefined && !seen.has(key) && seen.add(key)
    })
    if (apart) return name
  }
  return undefined
}
