import { UnrolledError } from '../../error.ts'
import { wrongOption } from '../../options.ts'
import { day } from './zone.ts'

/** What knows the holidays of a place by their year, as `new Holidays('DE', 'BY')` of npm's date-holidays does. */
export interface HolidaySource {
  /** Days, or times from midnight on, as `2026-12-25 00:00:00`; those of a `type` other than `public` do not count. */
  getHolidays(year: number): readonly {
    readonly date: string
    readonly start?: Date
    readonly end?: Date
    readonly type?: string
  }[]
}

/** Holidays are looked up for so many years behind the last observation. */
const yearsAhead = 10

/**
 * The days that are holidays, in order: those of a list, or of what knows them by their year.
 * @throws UnrolledError `option` where it is neither, and where there are none.
 */
export function holidaysIn(
  given: unknown,
  [first, last]: readonly [first: number, last: number],
  owner: string,
): readonly string[] {
  if (Array.isArray(given)) return given.map((date: unknown) => checkDate(date, owner)).sort()
  const source = given as HolidaySource
  if (typeof source?.getHolidays !== 'function') {
    throw wrongOption(
      owner,
      'holidays',
      given,
      "a list of dates, new Holidays('DE') of date-holidays, or in Node await holidaysOf('DE')",
    )
  }
  const years = yearsFrom(first, last)
  const days = years.flatMap((year) => source.getHolidays(year) ?? []).flatMap(daysOf)
  if (days.length > 0) return [...new Set(days)].sort()
  throw new UnrolledError(
    'option',
    `${owner}: holidays are given, but none that is public from ${years[0]} to ${years.at(-1)}`,
  )
}

function yearsFrom(first: number, last: number): readonly number[] {
  const [from, to] = [new Date(first).getUTCFullYear() - 1, new Date(last).getUTCFullYear() + yearsAhead]
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** The days of a holiday; some are several. */
function daysOf({
  date,
  start,
  end,
  type = 'public',
}: ReturnType<HolidaySource['getHolidays']>[number]): readonly string[] {
  if (type !== 'public') return []
  const first = Date.parse(date.slice(0, 10))
  const count = start && end ? Math.max(1, Math.round((end.getTime() - start.getTime()) / day)) : 1
  return Array.from({ length: count }, (_, i) => new Date(first + i * day).toISOString().slice(0, 10))
}

function checkDate(date: unknown, owner: string): string {
  const time = typeof date === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(date) : NaN
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(date as string)) return date as string
  throw wrongOption(owner, 'holidays', date, 'a list of dates, each as 2026-12-25')
}
