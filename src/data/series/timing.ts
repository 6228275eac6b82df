import { UnrolledError } from '../../error.ts'
import { quoted } from '../../printable.ts'
import type { Table } from '../table/table.ts'
import { findFrequency } from './find-frequency.ts'
import type { Frequency } from './frequency.ts'
import { called, frequencyOf } from './frequency-of.ts'
import { distinctTimes, type SeriesRows } from './rows-in-time.ts'
import type { SeriesOptions } from './series-options.ts'
import type { Zone } from './zone.ts'

/** Where the times of rows stand, and how they are read. */
export interface Times {
  readonly table: Table
  readonly time: string | undefined
  /** Whether they are dates. */
  readonly dates: boolean
  readonly zone: Zone
}

/**
 * The frequency that steps are to have, or are told to have, or are found to have.
 * @throws UnrolledError `data` where none is clear, with what was seen.
 */
export function frequencyIn(
  series: readonly SeriesRows[],
  { resample, frequency }: SeriesOptions,
  times: Times,
): Frequency {
  const told = resample?.to ?? frequency
  if (told !== undefined) return checkFits(frequencyOf(told, 'series', resample ? 'resample.to' : 'frequency'), times)
  const { table, time, dates, zone } = times
  const distinct = series.map(distinctTimes)
  const lonely = distinct.findIndex((times) => times.length < 2)
  if (lonely >= 0) {
    const { rows, id } = series[lonely]!
    const of = id === undefined ? '' : ` of ${id}`
    throw new UnrolledError(
      'data',
      `series: ${table.place(rows[0]!, time)}${of} is the only time there is; at least two observations are needed`,
    )
  }
  const found = findFrequency(distinct, dates ? zone : undefined)
  if ('frequency' in found) return found.frequency
  throw new UnrolledError(
    'data',
    `series: ${table.name}, column ${quoted(time!)}: no frequency is clear, ${found.unclear}; ` +
      `say it, as in frequency: 'day', and steps between are filled, or make even steps of rows by resample: { to: 'week', by: 'mean' }` +
      (dates && zone.name === 'UTC' ? `; where clocks are put forward and back, zone: 'Europe/Berlin' tells them` : ''),
  )
}

/** Dates are so many hours or days apart; numbers so many steps. */
function checkFits(frequency: Frequency, { time, dates }: Times): Frequency {
  if (dates !== (frequency.unit === 'step')) return frequency
  const what =
    time === undefined ? 'there is no column of times' : `column ${quoted(time)} holds ${dates ? 'dates' : 'numbers'}`
  throw new UnrolledError('option', `series: frequency is ${called(frequency)}, but ${what}`)
}
