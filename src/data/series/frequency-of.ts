import { nearest } from '../../nearest.ts'
import { wrongOption } from '../../options.ts'
import type { Frequency, TimeUnit } from './frequency.ts'

const units: readonly TimeUnit[] = [
  'step',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'business day',
  'week',
  'month',
  'quarter',
  'year',
]

/** Milliseconds of the units that are always as long. */
export const lengths: Readonly<Partial<Record<TimeUnit, number>>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
}

/** Months of the units that are made of them. */
export const months: Readonly<Partial<Record<TimeUnit, number>>> = { month: 1, quarter: 3, year: 12 }

/** A frequency as an option says it: `'hour'`, `'15 minutes'`, `{ unit: 'day', count: 2 }`. */
export function frequencyOf(given: unknown, owner: string, name: string): Frequency {
  const { unit, count } = typeof given === 'string' ? read(given) : ((given ?? {}) as Partial<Frequency>)
  const whole = unit === 'step' || Number.isSafeInteger(count)
  if (units.includes(unit!) && Number.isFinite(count) && count! > 0 && whole) return { unit: unit!, count: count! }
  const meant = typeof given === 'string' ? nearest(given, units) : undefined
  throw wrongOption(
    owner,
    name,
    given,
    `as ${meant === undefined ? "'hour', '15 minutes', 'business day' or { unit: 'month', count: 2 }" : `'${meant}'`}; there are ${units.join(', ')}`,
  )
}

function read(text: string): { readonly unit?: TimeUnit; readonly count: number } {
  const [, count, name] = /^(?:(\d+(?:\.\d+)?) )?(.+?)s?$/.exec(text.trim().toLowerCase()) ?? []
  const unit = units.find((unit) => unit === name)
  return { ...(unit && { unit }), count: Number(count ?? 1) }
}

/** So many of a unit, in words: `1 day`, `1,461 business days`. */
export const amount = (count: number, unit: TimeUnit): string =>
  `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`

/** How a message calls a frequency, and an option says it: `day`, `15 minutes`. */
export const called = ({ unit, count }: Frequency): string => (count === 1 ? unit : `${count} ${unit}s`)
