import type { Frequency } from './frequency.ts'
import { lengths, months } from './frequency-of.ts'
import { daysInMonth, isMonthEnd, monthOf } from './month.ts'
import { day, type Zone } from './zone.ts'

/** Evenly spaced steps along time. Those of the calendar are as far apart as it says: a day may have 23 hours, a month 28 days. */
export interface Grid {
  /** The step that a time lies in, counted from 0; behind it and before the next where it is of neither, as a Sunday among business days. */
  step(time: number): number
  /** When a step is, before the first too. */
  time(step: number): number
}

/** Steps from the first of some times on, which are in order. */
export function gridOf({ unit, count }: Frequency, times: ArrayLike<number>, zone: Zone): Grid {
  const start = times[0]!
  if (unit === 'step') return even(start, count)
  const length = lengths[unit]
  if (length !== undefined) return byClock(times, length * count, zone)
  const inMonth = months[unit]
  const calendar =
    inMonth !== undefined
      ? byMonths(times, inMonth * count, zone)
      : unit === 'business day'
        ? byBusinessDays(zone.wall(start), count)
        : byDays(zone.wall(start), unit === 'week' ? 7 : 1, count)
  return { step: (time) => calendar.step(zone.wall(time)), time: (step) => zone.time(calendar.time(step)) }
}

/** Steps that are always as long; what is off by less than a millionth of one lies on it. */
function even(start: number, length: number): Grid {
  return {
    step(time) {
      const steps = (time - start) / length
      return Math.abs(steps - Math.round(steps)) < 1e-6 ? Math.round(steps) : steps
    },
    time: (step) => start + step * length,
  }
}

/** Steps of time that passes; or of what clocks show, where more times lie on such: every six hours from midnight, also on a day of 23. */
function byClock(times: ArrayLike<number>, length: number, zone: Zone): Grid {
  const passing = even(times[0]!, length)
  const shown = even(zone.wall(times[0]!), length)
  const onClocks: Grid = { step: (time) => shown.step(zone.wall(time)), time: (step) => zone.time(shown.time(step)) }
  const fits = ({ step }: Grid): number => Array.from(times).filter((time) => Number.isInteger(step(time))).length
  return fits(onClocks) > fits(passing) ? onClocks : passing
}

/** Days, or weeks that begin with the first day, at the hour of the first. */
function byDays(start: number, days: number, count: number): Grid {
  const first = Math.floor(start / day)
  return {
    step: (wall) => Math.floor((Math.floor(wall / day) - first) / days) / count,
    time: (step) => start + step * count * days * day,
  }
}

/** Days from Monday to Friday. */
function byBusinessDays(start: number, count: number): Grid {
  const first = Math.floor(businessDay(Math.floor(start / day)))
  return {
    step: (wall) => (businessDay(Math.floor(wall / day)) - first) / count,
    time(step) {
      const number = Math.floor(first + step * count)
      const week = Math.floor(number / 5)
      return (4 + week * 7 + (number - week * 5)) * day + (start - Math.floor(start / day) * day)
    },
  }
}

/** How many business days lie between a day and the first Monday of 1970, the fifth day; half of one more at a weekend. */
export function businessDay(number: number): number {
  const week = Math.floor((number - 4) / 7)
  const weekday = number - 4 - week * 7
  return week * 5 + (weekday < 5 ? weekday : 4.5)
}

/** Months on the day of the first, or on their last where they are shorter, or where all times are on the last. */
function byMonths(times: ArrayLike<number>, count: number, zone: Zone): Grid {
  const start = zone.wall(times[0]!)
  const first = monthOf(start)
  const dayOfMonth = Array.from(times).every((time) => isMonthEnd(zone.wall(time))) ? 31 : new Date(start).getUTCDate()
  const ofDay = start - Math.floor(start / day) * day
  return {
    step: (wall) => (monthOf(wall) - first) / count,
    time(step) {
      const month = first + Math.floor(step * count)
      return Date.UTC(1970, month, Math.min(dayOfMonth, daysInMonth(month))) + ofDay
    },
  }
}
