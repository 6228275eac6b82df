import type { CalendarFeature } from './calendar.ts'
import type { TimeUnit } from './frequency.ts'
import { day } from './zone.ts'

/** How long a turn is. */
const lengths: Readonly<Partial<Record<CalendarFeature, number>>> = {
  'hour of day': day,
  'day of week': 7 * day,
  'day of month': 30.4 * day,
  'day of year': 365.25 * day,
  week: 365.25 * day,
  month: 365.25 * day,
}

/** What suits steps of a unit. */
const suiting: Readonly<Partial<Record<TimeUnit, readonly CalendarFeature[]>>> = {
  minute: ['hour of day', 'day of week', 'day of year'],
  hour: ['hour of day', 'day of week', 'day of year'],
  day: ['day of week', 'day of month', 'day of year'],
  'business day': ['day of week', 'day of month', 'day of year'],
  week: ['week'],
  month: ['month'],
  quarter: ['month'],
}

/** The features that suit steps of a unit and were seen for two turns at least: of one that was not, nothing could be learnt. */
export const suitingFeatures = (unit: TimeUnit, span: number): readonly CalendarFeature[] =>
  (suiting[unit] ?? []).filter((feature) => lengths[feature]! * 2 <= span)
