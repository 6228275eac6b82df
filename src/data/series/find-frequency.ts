import type { Frequency } from './frequency.ts'
import { amount, lengths } from './frequency-of.ts'
import { businessDay } from './grid.ts'
import { isMonthEnd, monthOf } from './month.ts'
import { day, type Zone } from './zone.ts'

/** The differences of one kind between times that follow each other, with how often each was seen, the most frequent first. */
interface Differences {
  readonly all: number
  readonly counts: readonly (readonly [length: number, count: number])[]
}

/** What differences say of a frequency: it, or what was seen where it is not clear. */
export type Found = { readonly frequency: Frequency } | { readonly unclear: string }

/** So many of the differences have to be alike. */
const clearShare = 0.75

/** How far apart times are: those of each series in order, none twice. `zone` is absent where they are numbers. */
export function findFrequency(series: readonly Float64Array[], zone: Zone | undefined): Found {
  if (zone === undefined) return judged(differencesOf(series), (count) => ({ unit: 'step', count }), ofSteps)
  const walls = series.map((times) => times.map((time) => zone.wall(time)))
  if (!series.every((times) => atOneHour(times, zone))) {
    const [passing, shown] = [differencesOf(series), differencesOf(walls)]
    const alike = ({ counts }: Differences): number => counts[0]?.[1] ?? 0
    return judged(alike(shown) > alike(passing) ? shown : passing, ofClock, inWords)
  }
  const dates = walls.map((times) => times.map((wall) => Math.floor(wall / day)))
  if (walls.every(onOneDayOfMonth)) {
    return judged(differencesOf(walls.map((times) => times.map(monthOf))), ofMonths, (count) => amount(count, 'month'))
  }
  const days = judged(differencesOf(dates), ofDays, ofWholeDays)
  if (!dates.every(onBusinessDays)) return days
  const business = judged(
    differencesOf(dates.map((numbers) => numbers.map(businessDay))),
    (count) => ({ unit: 'business day', count }),
    ofWholeDays,
  )
  return 'frequency' in business && business.frequency.count === 1 ? business : days
}

function differencesOf(series: readonly Float64Array[]): Differences {
  const counts = new Map<number, number>()
  let all = 0
  for (const times of series) {
    for (let i = 1; i < times.length; i++) {
      // Decimal fractions are not exact.
      const length = Number((times[i]! - times[i - 1]!).toPrecision(12))
      counts.set(length, (counts.get(length) ?? 0) + 1)
      all++
    }
  }
  return { all, counts: [...counts].sort(([a, most], [b, other]) => other - most || a - b) }
}

function judged(
  { all, counts }: Differences,
  frequency: (length: number) => Frequency,
  words: (length: number) => string,
): Found {
  const [first] = counts
  if (first !== undefined && first[1] >= clearShare * all) return { frequency: frequency(first[0]) }
  const shares = counts
    .slice(0, 3)
    .map(([length, count]) => `${Math.round((100 * count) / all)} % are ${words(length)}`)
  return { unclear: `of ${all.toLocaleString('en-US')} differences ${shares.join(', ')}` }
}

const ofSteps = (length: number): string => length.toLocaleString('en-US')

const ofWholeDays = (count: number): string => amount(count, 'day')

const ofDays = (count: number): Frequency =>
  count % 7 === 0 ? { unit: 'week', count: count / 7 } : { unit: 'day', count }

function ofMonths(count: number): Frequency {
  if (count % 12 === 0) return { unit: 'year', count: count / 12 }
  return count === 3 ? { unit: 'quarter', count: 1 } : { unit: 'month', count }
}

/** The largest unit that a number of milliseconds is made of. */
function ofClock(length: number): Frequency {
  if (length % day === 0) return ofDays(length / day)
  const [unit, long] = Object.entries(lengths)
    .reverse()
    .find(([, long]) => length % long === 0) ?? ['millisecond', 1]
  return { unit: unit as Frequency['unit'], count: length / long }
}

function inWords(length: number): string {
  const { unit, count } = ofClock(length)
  return amount(count, unit)
}

/** Whether clocks show the same hour at all times; where they never show it, being put forward, the one behind it. */
const atOneHour = (times: Float64Array, zone: Zone): boolean => {
  const dateOf = (wall: number): number => Math.floor(wall / day) * day
  const hour = zone.wall(times[0]!) - dateOf(zone.wall(times[0]!))
  return times.every((time) => zone.time(dateOf(zone.wall(time)) + hour) === time)
}

const onOneDayOfMonth = (walls: Float64Array): boolean => {
  const dayOf = (wall: number): number => new Date(wall).getUTCDate()
  return walls.every((wall) => dayOf(wall) === dayOf(walls[0]!)) || walls.every(isMonthEnd)
}

/** Whether a weekend was passed over, and none lies in between. */
const onBusinessDays = (dates: Float64Array): boolean =>
  dates.every((date) => Number.isInteger(businessDay(date))) && dates.at(-1)! - dates[0]! >= 7
