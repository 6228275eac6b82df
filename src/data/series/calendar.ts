import { wrongOption } from '../../options.ts'
import { monthOf, daysInMonth } from './month.ts'
import { day, zoneOf } from './zone.ts'

/** What the calendar says of a time: where it stands in a turn, or whether the day is a holiday. */
export type CalendarFeature =
  'hour of day' | 'day of week' | 'day of month' | 'day of year' | 'week' | 'month' | 'holiday'

/** Where a wall time stands in its turn, from 0 and below 1. */
const turns: Readonly<Record<Exclude<CalendarFeature, 'holiday'>, (wall: number) => number>> = {
  'hour of day': (wall) => (wall - Math.floor(wall / day) * day) / day,
  // The first of January 1970 was a Thursday; weeks begin on Monday.
  'day of week': (wall) => modulo(Math.floor(wall / day) + 3, 7) / 7,
  'day of month': (wall) => (new Date(wall).getUTCDate() - 1) / daysInMonth(monthOf(wall)),
  'day of year': (wall) => dayOfYear(wall),
  week: (wall) => weekOfYear(wall),
  month: (wall) => modulo(monthOf(wall), 12) / 12,
}

export const calendarFeatures = [...Object.keys(turns), 'holiday'] as readonly CalendarFeature[]

const modulo = (value: number, by: number): number => value - Math.floor(value / by) * by

const dayOfYear = (wall: number): number => {
  const [number, days] = inYear(wall)
  return number / days
}

/** Weeks from the first of January on, of which the last has a day or two. */
const weekOfYear = (wall: number): number => {
  const [number, days] = inYear(wall)
  return (Math.floor(number / 7) * 7) / days
}

/** Days since the first of January, and days of the year. */
function inYear(wall: number): readonly [number: number, days: number] {
  const year = new Date(wall).getUTCFullYear()
  const [first, next] = [new Date(0).setUTCFullYear(year), new Date(0).setUTCFullYear(year + 1)]
  return [Math.floor((wall - first) / day), (next - first) / day]
}

/** Features of the calendar as numbers that follow from a time alone, so that they are known for ever. */
export interface Calendar {
  /** How many numbers there are: two of each turn, its sine and cosine, and 0 or 1 for a holiday. */
  readonly width: number
  /** The numbers at a time, in the order of the features, each within −1 … 1. */
  values(time: number): readonly number[]
}

/**
 * The features of a calendar that models see: those of a series, or of what a model keeps of it.
 * @throws UnrolledError `option` for a feature or zone that there is not.
 */
export function calendarOf({
  calendar,
  zone,
  holidays = [],
}: {
  readonly calendar: readonly string[]
  readonly zone?: string
  readonly holidays?: readonly string[]
}): Calendar {
  const { wall } = zoneOf(zone, 'calendar')
  const days = new Set(holidays.map((date) => Math.floor(Date.parse(date) / day)))
  const parts = calendar.map((feature): ((shown: number) => readonly number[]) => {
    if (feature === 'holiday') return (shown) => [Number(days.has(Math.floor(shown / day)))]
    if (!Object.hasOwn(turns, feature)) throw wrongOption('calendar', 'feature', feature, calendarFeatures.join(', '))
    const turn = turns[feature as keyof typeof turns]
    return (shown) => {
      const angle = 2 * Math.PI * turn(shown)
      return [Math.sin(angle), Math.cos(angle)]
    }
  })
  return {
    width: calendar.reduce((sum, feature) => sum + (feature === 'holiday' ? 1 : 2), 0),
    values(time) {
      const shown = wall(time)
      return parts.flatMap((part) => part(shown))
    },
  }
}
