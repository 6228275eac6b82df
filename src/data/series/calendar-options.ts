import { UnrolledError } from '../../error.ts'
import type { CalendarFeature } from './calendar.ts'
import type { Frequency } from './frequency.ts'
import { called } from './frequency-of.ts'
import { holidaysIn } from './holidays.ts'
import type { Channel } from './series.ts'
import type { SeriesOptions } from './series-options.ts'
import { suitingFeatures } from './suiting-features.ts'
import type { Zone } from './zone.ts'

/** Units of steps that may be longer than a day, so that none is a holiday. */
const long: readonly Frequency['unit'][] = ['week', 'month', 'quarter', 'year']

/** What models are told of the calendar. */
interface CalendarFacts {
  readonly calendar: readonly CalendarFeature[]
  readonly holidays?: readonly string[]
}

/** What models are told of the calendar, and what is said of it. */
export function calendarIn(
  channels: readonly Channel[],
  { calendar, holidays }: SeriesOptions,
  { frequency, dates, zone }: { readonly frequency: Frequency; readonly dates: boolean; readonly zone: Zone },
): { readonly facts: CalendarFacts; readonly found: readonly string[] } {
  const nothing = holidays === undefined && (calendar === undefined || (calendar === true && !dates))
  if (nothing) return { facts: { calendar: [] }, found: [] }
  if (!dates) throw new UnrolledError('option', 'series: the calendar tells of dates; there is no column of them')
  const [first, last] = extentOf(channels)
  const days = holidays === undefined ? undefined : holidaysIn(holidays, [first, last], 'series')
  const chosen: readonly CalendarFeature[] =
    calendar === true || calendar === undefined
      ? [...(calendar ? suitingFeatures(frequency.unit, last - first) : []), ...(days ? (['holiday'] as const) : [])]
      : [calendar].flat()
  if (chosen.includes('holiday')) {
    if (days === undefined)
      throw new UnrolledError('option', "series: calendar has 'holiday', but no holidays are given")
    if (long.includes(frequency.unit)) {
      throw new UnrolledError(
        'option',
        `series: a step is one ${called(frequency)}; holidays are of steps of a day or less`,
      )
    }
  }
  const end = days?.at(-1)
  const over = end !== undefined && Date.parse(end) < zone.wall(last) ? [`the last holiday is ${end}`] : []
  return {
    facts: { calendar: chosen, ...(days && { holidays: days }) },
    found: [chosen.length === 0 ? 'nothing of the calendar suits' : `calendar: ${chosen.join(', ')}`, ...over],
  }
}

function extentOf(channels: readonly Channel[]): readonly [first: number, last: number] {
  let [first, last] = [Infinity, -Infinity]
  for (const { steps, time } of channels) {
    first = Math.min(first, time(0))
    last = Math.max(last, time(steps - 1))
  }
  return [first, last]
}
