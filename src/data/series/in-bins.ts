import { UnrolledError } from '../../error.ts'
import type { Table } from '../table/table.ts'
import { findFrequency } from './find-frequency.ts'
import type { Frequency } from './frequency.ts'
import { called, lengths, months } from './frequency-of.ts'
import { businessDay, gridOf, type Grid } from './grid.ts'
import { monthOf } from './month.ts'
import { mergeRows } from './merge-rows.ts'
import type { NumberColumn } from './number-columns.ts'
import { distinctTimes, type SeriesRows } from './rows-in-time.ts'
import { day, type Zone } from './zone.ts'
import type { Merging } from './reading-options.ts'

/** The rows of one series, in steps that hold several. */
export interface BinnedRows extends SeriesRows {
  readonly grid: Grid
  /** Where rows are evenly spaced, their steps; events are not. */
  readonly source?: Grid
  /** Steps from the first row to the last. */
  readonly count: number
}

/** What the rows of a column lacked to fill steps. */
interface Lack {
  /** Steps at the ends that rows fill in part alone, and that are left out. */
  readonly partial: number
  /** Steps between, of whose rows some are missing. */
  readonly lacking: number
  /** Steps without any event. */
  readonly empty: number
}

/** A column's value in each step. */
export interface Binned extends Lack {
  readonly values: Float64Array
}

/** A column over all series. */
export interface BinnedColumn extends Lack {
  readonly name: string
  readonly rule: Merging
}

/** Series in steps of a frequency, and what their rows are: evenly spaced, or events. */
export function placeInBins(
  series: readonly SeriesRows[],
  to: Frequency,
  { table, zone, dates }: { readonly table: Table; readonly zone: Zone; readonly dates: boolean },
): readonly BinnedRows[] {
  const distinct = series.map(distinctTimes)
  const found = findFrequency(distinct, dates ? zone : undefined)
  const frequency = 'frequency' in found ? found.frequency : undefined
  return series.map((one, s) => {
    const grid = gridOf(to, [beginOf(one.times[0]!, to, zone)], zone)
    const own = frequency && gridOf(frequency, distinct[s]!, zone)
    // Two times are always evenly spaced.
    const even = own && distinct[s]!.length > 2 && distinct[s]!.every((time) => Number.isInteger(own.step(time)))
    const count = Math.floor(grid.step(one.times.at(-1)!)) + 1
    if (even && count > 2 * distinct[s]!.length) {
      throw new UnrolledError(
        'option',
        `series: resample.to is ${called(to)}, but a step of ${table.name} is one ${called(frequency!)}; steps are made of several rows, not rows of several steps`,
      )
    }
    return { ...one, grid, count, ...(even && { source: own }) }
  })
}

/** When the step that a time lies in begins: at midnight, on Monday, on the first, or after a whole number of steps from midnight. */
function beginOf(time: number, { unit, count }: Frequency, zone: Zone): number {
  if (unit === 'step') return Math.floor(time / count) * count
  const wall = zone.wall(time)
  const date = Math.floor(wall / day)
  const length = lengths[unit]
  if (length !== undefined) {
    const since = wall - date * day
    return time - (since - Math.floor(since / (length * count)) * length * count)
  }
  if (unit === 'week') return zone.time((date - ((((date - 4) % 7) + 7) % 7)) * day)
  if (unit === 'business day' && !Number.isInteger(businessDay(date))) return beginOf(time - day, { unit, count }, zone)
  const inMonth = months[unit]
  if (inMonth === undefined) return zone.time(date * day)
  const several = inMonth * count
  return zone.time(Date.UTC(1970, Math.floor(monthOf(wall) / several) * several, 1))
}

/** The value of a column in each step. */
export function inBins(column: NumberColumn, binned: BinnedRows, rule: Merging, duplicates: Merging): Binned {
  const { rows, times, grid, source, count } = binned
  // Rows of one time are one where times are even; events all count.
  let numbers = 0
  const number = Float64Array.from(times, (time, i) =>
    i > 0 && (!source || time !== times[i - 1]) ? ++numbers : numbers,
  )
  const each = mergeRows(column.values, rows, number, numbers + 1, duplicates)
  const whenEach = new Float64Array(numbers + 1)
  times.forEach((time, i) => (whenEach[number[i]!] = time))
  const bins = whenEach.map((time) => Math.floor(grid.step(time)))
  const values = mergeRows(
    each,
    whenEach.map((_, i) => i),
    bins,
    count,
    rule,
  )
  return source ? withWholeEnds({ values, each, whenEach, bins }, grid, source) : withoutEvents(values, bins, rule)
}

interface Merged {
  readonly values: Float64Array
  readonly each: Float64Array
  readonly whenEach: Float64Array
  readonly bins: Float64Array
}

function withWholeEnds({ values, each, whenEach, bins }: Merged, grid: Grid, source: Grid): Binned {
  const isThere = (value: number): boolean => !Number.isNaN(value)
  const [first, last] = [each.findIndex(isThere), each.findLastIndex(isThere)]
  const partial = new Set<number>()
  if (first >= 0) {
    const [begin, end] = [source.step(whenEach[first]!), source.step(whenEach[last]!)]
    if (source.time(begin - 1) >= grid.time(bins[first]!)) partial.add(bins[first]!)
    if (source.time(end + 1) < grid.time(bins[last]! + 1)) partial.add(bins[last]!)
  }
  for (const bin of partial) values[bin] = NaN
  const lacking = new Set<number>()
  let before = source.step(whenEach[first] ?? 0)
  for (let i = first + 1; i <= last; i++) {
    if (!isThere(each[i]!)) continue
    const step = source.step(whenEach[i]!)
    for (let between = before + 1; between < step; between++) lacking.add(Math.floor(grid.step(source.time(between))))
    before = step
  }
  return {
    values,
    partial: partial.size,
    lacking: [...lacking].filter((bin) => isThere(values[bin]!)).length,
    empty: 0,
  }
}

/** The sum of no event is 0. */
function withoutEvents(values: Float64Array, bins: Float64Array, rule: Merging): Binned {
  if (rule !== 'sum') return { values, partial: 0, lacking: 0, empty: 0 }
  const happened = new Set(bins)
  let empty = 0
  for (let bin = 0; bin < values.length; bin++) {
    if (happened.has(bin)) continue
    values[bin] = 0
    empty++
  }
  return { values, partial: 0, lacking: 0, empty }
}
