/** Which of two numbers between slashes is the day. */
export type DateOrder = 'day first' | 'month first'

const clock = String.raw`(?:(?:[T ]|, ?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)?(?: ?(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?`
const yearFirst = new RegExp(String.raw`^(\d{4})([-/])(\d{1,2})(?:\2(\d{1,2})${clock})?$`)
const yearLast = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${clock}$`)

/**
 * The time that a text tells, in milliseconds since 1970: ISO 8601, or day, month and year; without a zone it is UTC. Between dots the
 * day comes first; between slashes and dashes as `order` says. Undefined where it tells none, as the 30th of February.
 */
export function readDate(text: string, order: DateOrder): number | undefined {
  const trimmed = text.trim()
  const first = yearFirst.exec(trimmed)
  if (first) {
    const [, year, , month, day = '1', ...time] = first
    return timeOf(year!, month!, day, time)
  }
  const last = yearLast.exec(trimmed)
  if (!last) return undefined
  const [, one, sign, two, year, ...time] = last
  const dayFirst = sign === '.' || order === 'day first'
  return dayFirst ? timeOf(year!, two!, one!, time) : timeOf(year!, one!, two!, time)
}

/** Whether a text that tells a time tells its zone. */
export const tellsZone = (text: string): boolean =>
  (yearFirst.exec(text.trim()) ?? yearLast.exec(text.trim()))?.at(-1) !== undefined

function timeOf(
  year: string,
  month: string,
  day: string,
  [hours = '0', minutes = '0', seconds = '0', fraction = '', half, zone]: readonly (string | undefined)[],
): number | undefined {
  let hour = Number(hours)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  }
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const date = new Date(0)
  // Date.UTC takes years below 100 for those of the last century.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined
  const east = minutesEast(zone)
  if (east === undefined) return undefined
  return date.setUTCHours(hour, Number(minutes) - east, Number(seconds), Number(`0.${fraction || 0}`) * 1000)
}

function minutesEast(zone: string | undefined): number | undefined {
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '')
  if (!parts) return 0
  const [, sign, hours, minutes = '0'] = parts
  if (Number(hours) > 15 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** What a list of texts says of the order of day and month; `unclear` where each could be either, `none` where it does not matter. */
export function orderIn(texts: Iterable<string>): DateOrder | 'unclear' | 'none' {
  let days = 0
  let months = 0
  let unclear = 0
  for (const text of texts) {
    const [, one, sign, two] = yearLast.exec(text.trim()) ?? []
    if (one === undefined || sign === '.') continue
    if (Number(one) > 12) days++
    else if (Number(two) > 12) months++
    else if (one !== two) unclear++
  }
  if (days + months === 0) return unclear > 0 ? 'unclear' : 'none'
  return days >= months ? 'day first' : 'month first'
}
