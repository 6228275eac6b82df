import { codedChannels, type Series } from '../../data/index.ts'
import type { Forecaster } from '../../models/index.ts'
import { UnrolledError } from '../../error.ts'
import type { Window } from './said.ts'

/** Every window of some series that has a whole context before it and a whole horizon from it on, channel by channel. */
export function windowsIn(model: Forecaster, series: Series, owner: string, most = Infinity): Window[] {
  const { coding } = model
  const { context, horizon } = coding
  const all = codedChannels(coding, series, owner).flatMap((coded) =>
    Array.from({ length: Math.max(0, coded.channel.steps - horizon - context + 1) }, (_, i): Window => ({
      coded,
      origin: context + i,
    })),
  )
  if (all.length === 0) {
    const longest = Math.max(...series.channels.map(({ steps }) => steps))
    throw new UnrolledError(
      'data',
      `${owner}: ${series.name} has ${longest} steps; the model reads ${context} and says ${horizon}: it takes ${context + horizon}`,
    )
  }
  if (all.length <= most) return all
  // From all over.
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!)
}
