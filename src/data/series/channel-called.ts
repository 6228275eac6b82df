import { UnrolledError } from '../../error.ts'
import { nearest } from '../../nearest.ts'
import type { Channel } from './series.ts'

/**
 * The channel of a name.
 * @throws UnrolledError `option` where there is none, with the nearest; `owner` is who asks.
 */
export function channelCalled(channels: readonly Channel[], called: string, owner: string): Channel {
  const found = channels.find(({ name }) => name === called)
  if (found) return found
  const names = channels.map(({ name }) => name)
  const meant = nearest(called, names)
  throw new UnrolledError(
    'option',
    `${owner}: there is no series ${called}; ${meant === undefined ? `there are ${names.slice(0, 12).join(', ')}` : `did you mean ${meant}?`}`,
  )
}
