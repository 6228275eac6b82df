import { zoneOf, type Channel, type Series } from '../data/index.ts'
import type { ForecastParts } from './forecast-value.ts'
import type { Times } from './time-text.ts'

/** What of a forecast is the same whoever says it: whose it is, when its steps are, and so many steps of the past. */
export function frameOf(
  { frequency, zone }: Series,
  channel: Channel,
  horizon: number,
  kept: number,
): Pick<ForecastParts, 'name' | 'times' | 'history' | 'wall'> {
  const times = (from: number, count: number): Times => {
    const steps = Array.from({ length: count }, (_, i) => channel.time(from + i))
    return frequency.unit === 'step' ? steps : steps.map((time) => new Date(time))
  }
  const from = Math.max(0, channel.steps - kept)
  const { missing } = channel
  return {
    name: channel.name,
    times: times(channel.steps, horizon),
    history: {
      times: times(from, channel.steps - from),
      values: channel.values.subarray(from),
      ...(missing && { missing: missing.subarray(from) }),
    },
    wall: zoneOf(zone, 'forecast').wall,
  }
}
