import { channelCalled, type Channel, type Series } from '../data/index.ts'
import { UnrolledError } from '../error.ts'

/** The channel of that name, or the only one. */
export function channelNamed({ channels, name }: Series, of: string | undefined): Channel {
  if (of !== undefined) return channelCalled(channels, of, 'forecast')
  if (channels.length === 1) return channels[0]!
  throw new UnrolledError(
    'option',
    `forecast: ${name} has ${channels.length} series; say which one: { of: '${channels[0]!.name}' }, or ask forecastAll for all`,
  )
}
