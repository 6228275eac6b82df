import type { Channel, Series } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'

/** The channel of that name, or the only one. */
export function channelNamed({ channels, name }: Series, of: string | undefined): Channel {
  if (of === undefined && channels.length === 1) return channels[0]!
  const names = channels.map((channel) => channel.name)
  if (of === undefined) {
    throw new UnrolledError(
      'option',
      `forecast: ${name} has ${names.length} series; say which one: { of: '${names[0]}' }, or ask forecastAll for all`,
    )
  }
  const found = channels.find((channel) => channel.name === of)
  if (found) return found
  const meant = nearest(of, names)
  throw new UnrolledError(
    'option',
    `forecast: there is no series ${of}; ${meant === undefined ? `there are ${names.slice(0, 12).join(', ')}` : `did you mean ${meant}?`}`,
  )
}
