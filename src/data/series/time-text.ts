import type { Frequency } from './frequency.ts'
import { lengths } from './frequency-of.ts'
import type { Zone } from './zone.ts'

/** A time as messages say it: what clocks show, as far as the frequency asks for. Steps without dates are numbers. */
export function timeText(time: number, { unit }: Frequency, zone: Zone): string {
  if (unit === 'step') return time.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 6 })
  const [date, clock] = new Date(zone.wall(time)).toISOString().split('T') as [string, string]
  const length = lengths[unit]
  if (length === undefined) return date
  return `${date} ${clock.slice(0, length < 1000 ? 12 : length < 60_000 ? 8 : 5)}`
}
