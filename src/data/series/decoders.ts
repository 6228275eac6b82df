import { directRows } from './direct-rows.ts'
import { sampledRows } from './sampled-rows.ts'
import type { Decoder, WindowCoding } from './window-coding.ts'
import type { WindowRows } from './window-rows.ts'

/** What each way of saying a horizon is to data: how windows are laid out, and how many steps ahead can be said at most. */
const ways: Readonly<
  Record<Decoder, { rows(coding: WindowCoding): WindowRows; farthest(coding: WindowCoding): number }>
> = {
  direct: { rows: directRows, farthest: ({ horizon }) => horizon },
  sampled: { rows: sampledRows, farthest: () => Infinity },
}

/** The ways there are. */
export const decoders = Object.keys(ways) as readonly Decoder[]

/** How windows are laid out for a model that reads series so. */
export const windowRows = (coding: WindowCoding): WindowRows => ways[coding.decoder].rows(coding)

/** How many steps ahead a model can say that reads series so. */
export const farthestAhead = (coding: WindowCoding): number => ways[coding.decoder].farthest(coding)
