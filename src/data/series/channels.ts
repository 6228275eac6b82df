import { UnrolledError } from '../../error.ts'
import { quoted } from '../../printable.ts'
import { filled, gapsIn } from './fill-gaps.ts'
import { called } from './frequency-of.ts'
import type { Grid } from './grid.ts'
import type { NumberColumn } from './number-columns.ts'
import type { Timing } from './place-on-grid.ts'
import type { Channel } from './series.ts'
import { timeText } from './time-text.ts'
import type { Filling } from './reading-options.ts'

/** How the rows of a series become values at its steps. */
export interface Making extends Timing {
  readonly targets: readonly NumberColumn[]
  readonly known: readonly NumberColumn[]
  readonly past: readonly NumberColumn[]
  readonly fill: Filling
  /** For each of the categories, which of its values a row has. */
  readonly categories: (rows: Uint32Array) => readonly number[]
}

/** One series on its steps. */
export interface SteppedSeries {
  readonly id?: string
  readonly rows: Uint32Array
  readonly grid: Grid
  /** The value of a column at each step from the first row to the last; NaN where there is none. */
  readonly at: (column: NumberColumn) => Float64Array
}

/** A gap that was filled, as it is told of. */
export interface FilledGap {
  readonly what: string
  readonly from: number
  readonly steps: number
}

/** The channels of one series, and what of them was filled. */
export interface Made {
  readonly channels: readonly Channel[]
  readonly gaps: readonly FilledGap[]
  /** Values of covariates that were filled, by column. */
  readonly covariates: ReadonlyMap<string, number>
}

/** One channel for each target. */
export function channelsOf(series: SteppedSeries, making: Making): Made {
  const { targets, known, past } = making
  const { rows, grid, id, at } = series
  const covariates = { known: known.map(at), past: past.map(at) }
  const categories = making.categories(rows)
  const filledOf = new Map<string, number>()
  const gaps: FilledGap[] = []
  const channels = targets.map((target): Channel => {
    const name = id === undefined ? target.name : `${id} · ${target.name}`
    const values = at(target)
    const [first, end] = extentIn(values, name, target, series, making)
    const observed = values.subarray(first, end)
    const missing = gapsIn(observed)
    const time = (step: number): number => grid.time(first + step)
    for (const { from, to } of missing) gaps.push({ what: name, from: time(from), steps: to - from })
    const whole = (column: NumberColumn, all: Float64Array, until: number, causal: boolean): Float64Array => {
      const cut = all.subarray(first, Math.max(end, until))
      const [covariate, count] = covariateIn(cut, { ...column, causal }, { name, time }, making)
      if (count > 0) filledOf.set(column.source, Math.max(filledOf.get(column.source) ?? 0, count))
      return covariate
    }
    return {
      name,
      ...(id !== undefined && { id }),
      target: target.name,
      steps: observed.length,
      values: filled(observed, missing, fillingOf(missing.length, name, time(missing[0]?.from ?? 0), making)),
      ...(missing.length > 0 && { missing: Uint8Array.from(observed, (value) => Number(Number.isNaN(value))) }),
      known: known.map((column, i) => whole(column, covariates.known[i]!, lastIn(covariates.known[i]!) + 1, false)),
      past: past.map((column, i) => whole(column, covariates.past[i]!.subarray(0, end), end, true)),
      categories,
      time,
    }
  })
  return { channels, gaps, covariates: filledOf }
}

const lastIn = (values: Float64Array): number => values.findLastIndex((value) => !Number.isNaN(value))

/** From the first value that is there up to behind the last. */
function extentIn(
  values: Float64Array,
  name: string,
  target: NumberColumn,
  { rows, id }: SteppedSeries,
  { table, frequency }: Making,
): readonly [first: number, end: number] {
  const first = values.findIndex((value) => !Number.isNaN(value))
  const end = lastIn(values) + 1
  const of = id === undefined ? '' : `: ${name}`
  const row = rows.find((row) => !Number.isNaN(target.values[row]))
  if (row === undefined) {
    throw new UnrolledError('data', `series: ${table.place(rows[0]!, target.source)}${of} has no value, in no row`)
  }
  if (first < 0) {
    throw new UnrolledError(
      'data',
      `series: ${table.place(row, target.source)}${of} and what follows fill no whole step of one ${called(frequency)}`,
    )
  }
  if (end - first < 2) {
    throw new UnrolledError(
      'data',
      `series: ${table.place(row, target.source)}${of} has one observation; at least two are needed`,
    )
  }
  return [first, end]
}

function fillingOf(
  count: number,
  name: string,
  time: number,
  { fill, table, frequency, zone }: Making,
): Exclude<Filling, 'error'> {
  if (fill !== 'error') return fill
  if (count === 0) return 'last'
  throw new UnrolledError(
    'data',
    `series: ${table.name}: ${name} has no value at ${timeText(time, frequency, zone)}; fill: 'last' or 'zero' says what stands there`,
  )
}

/**
 * A covariate without gaps, and how many steps of it were filled. A line is drawn between numbers, but what is known of the past alone
 * has to be told by it; and nothing lies between yes and no.
 */
function covariateIn(
  values: Float64Array,
  { source, flag, causal }: NumberColumn & { readonly causal: boolean },
  { name, time }: Pick<Channel, 'name' | 'time'>,
  making: Making,
): readonly [values: Float64Array, filled: number] {
  const gaps = gapsIn(values)
  const count = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
  if (count === values.length) {
    throw new UnrolledError(
      'data',
      `series: ${making.table.name}: column ${quoted(source)} has no value while there is one of ${name}`,
    )
  }
  fillingOf(count, `${source} beside ${name}`, time(gaps[0]?.from ?? 0), making)
  return [filled(values, gaps, flag || causal ? 'last' : 'line'), count]
}
