import { UnrolledError } from '../../error.ts'
import type { SteppedSeries } from './channels.ts'
import type { Frequency } from './frequency.ts'
import { gridOf } from './grid.ts'
import { inBins, placeInBins, type BinnedColumn, type BinnedRows } from './in-bins.ts'
import { mergeRows } from './merge-rows.ts'
import type { NumberColumn } from './number-columns.ts'
import { checkOnceEach, placeOnGrid } from './place-on-grid.ts'
import type { SeriesRows } from './rows-in-time.ts'
import type { SeriesOptions } from './series-options.ts'
import type { Times } from './timing.ts'
import * as say from './what-was-found.ts'
import type { Merging, Resampling } from './reading-options.ts'

/** Series on their steps, and what became of their rows, once their columns were asked for. */
export interface Stepped {
  readonly series: readonly SteppedSeries[]
  readonly found: () => readonly string[]
}

type Timing = Times & { readonly frequency: Frequency }

/** Each row on a step of its own; or several in one, where that is asked for. */
export const onSteps = (series: readonly SeriesRows[], options: SeriesOptions, timing: Timing): Stepped =>
  options.resample === undefined
    ? eachOnItsOwn(series, options, timing)
    : several(series, options.resample, options, timing)

function eachOnItsOwn(series: readonly SeriesRows[], { duplicates = 'error' }: SeriesOptions, timing: Timing): Stepped {
  let doubled = 0
  const stepped = series.map((one): SteppedSeries => {
    const placed = placeOnGrid(one, gridOf(timing.frequency, one.times, timing.zone), timing)
    const { rows, steps, count } = placed
    if (duplicates === 'error') checkOnceEach(placed, timing)
    doubled += doubles(steps)
    const rule = duplicates === 'error' ? 'last' : duplicates
    return {
      ...placed,
      // Of what says yes or no there is no sum.
      at: ({ values, flag }) => mergeRows(values, rows, steps, count, flag && /sum|mean/.test(rule) ? 'max' : rule),
    }
  })
  return { series: stepped, found: () => say.doubles(doubled, duplicates) }
}

const doubles = (steps: Float64Array): number => steps.filter((step, i) => i > 0 && step === steps[i - 1]).length

function several(
  series: readonly SeriesRows[],
  { by }: Resampling,
  { duplicates = 'error' }: SeriesOptions,
  timing: Timing,
): Stepped {
  const made = new Map<string, BinnedColumn>()
  const at = (one: BinnedRows, column: NumberColumn): Float64Array => {
    const { source: name } = column
    const rule = ruleOf(by, name)
    const { values, partial, lacking, empty } = inBins(column, one, rule, duplicates === 'error' ? 'last' : duplicates)
    const sum = made.get(name) ?? { name, rule, partial: 0, lacking: 0, empty: 0 }
    made.set(name, {
      ...sum,
      partial: sum.partial + partial,
      lacking: sum.lacking + lacking,
      empty: sum.empty + empty,
    })
    return values
  }
  let doubled = 0
  const stepped = placeInBins(series, timing.frequency, timing).map((one): SteppedSeries => {
    if (one.source) {
      const { source: grid, ...rows } = one
      const placed = { ...rows, grid, steps: rows.times.map((time) => grid.step(time)) }
      if (duplicates === 'error') checkOnceEach(placed, timing)
      doubled += doubles(placed.steps)
    }
    return { ...one, at: (column) => at(one, column) }
  })
  return {
    series: stepped,
    found: () => [...say.doubles(doubled, duplicates), ...[...made.values()].map((one) => say.bins(one, timing))],
  }
}

function ruleOf(by: Resampling['by'], column: string): Merging {
  if (typeof by === 'string') return by
  const rule = Object.hasOwn(by, column) ? by[column] : undefined
  if (rule !== undefined) return rule
  throw new UnrolledError(
    'option',
    `series: resample.by says nothing of ${column}; it has a rule for each column, or is one for all`,
  )
}
