import { UnrolledError } from '../../error.ts'
import { scalingOf, type Scaling } from '../coding/index.ts'
import type { Channel, SeriesFacts } from './series.ts'
import type { TransformContent } from './transforms.ts'
import { changed, unseenOf, type ValueChange } from './value-change.ts'

/** How values of a channel become numbers that a model sees: transformed, then brought to a mean of 0 and a deviation of 1. */
export interface ChannelCoding extends Scaling {
  readonly name: string
  /** Absent where values are taken as they are. */
  readonly transform?: TransformContent
  /** Whether its values are whole numbers, and whether none is below 0, as far as they were seen. */
  readonly whole: boolean
  readonly positive: boolean
}

/** A covariate with its scaling. */
export type NamedScaling = { readonly name: string } & Scaling

/** The coding of a channel that is changed so, fitted to what was observed of it. */
export function channelCoding(channel: Channel, change: ValueChange): ChannelCoding {
  const { name, values, missing } = channel
  const unseen = unseenOf(change, channel)
  const content = change.transform.content()
  const seen = values.filter((_, i) => missing?.[i] !== 1)
  return {
    name,
    ...(content.kind !== 'none' && { transform: content }),
    ...scalingOf(changed(change, values).filter((_, i) => i >= change.lag && unseen?.[i] !== 1)),
    whole: seen.every((value) => Number.isInteger(value)),
    positive: seen.every((value) => value >= 0),
  }
}

/** Scalings of covariates over all channels. */
export const covariateScalings = (
  names: readonly string[],
  { channels }: SeriesFacts,
  which: 'known' | 'past',
): NamedScaling[] =>
  names.map((name, i) => {
    const columns = channels.map((channel) => channel[which][i]!.subarray(0, channel.steps))
    const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const column of columns) {
      all.set(column, at)
      at += column.length
    }
    return { name, ...scalingOf(all) }
  })

/** Which channel of a model this is. */
export function channelOf(codings: readonly ChannelCoding[], { name }: Channel, owner: string): number {
  const at = codings.findIndex((coding) => coding.name === name)
  if (at >= 0) return at
  const known = codings.slice(0, 12).map(({ name }) => name)
  throw new UnrolledError(
    'data',
    `${owner}: the model does not know the series ${name}; it was made for ${known.join(', ')}${codings.length > 12 ? `, … ${codings.length} in all` : ''}`,
  )
}
