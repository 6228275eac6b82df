import { differences } from './differences.ts'
import type { Channel } from './series.ts'
import type { Transform } from './transforms.ts'

/** What is done to the values of a channel before they are scaled: a transform, then changes to the step so many before. */
export interface ValueChange {
  readonly transform: Transform
  /** Steps from which on there are changes; 0 where values are levels. */
  readonly lag: number
}

/** Values changed, as many as there are: the first `lag` are 0, for there is nothing that they have changed from. */
export function changed({ transform, lag }: ValueChange, values: Float64Array): Float64Array {
  const levels = values.map(transform.forward)
  if (lag === 0) return levels
  const result = new Float64Array(levels.length)
  result.set(differences(lag).forward(levels), lag)
  return result
}

/** Where what is learnt was not observed: a change is neither where one of its two values is not. */
export function unseenOf({ lag }: ValueChange, { missing }: Channel): Uint8Array | undefined {
  if (!missing || lag === 0) return missing
  return missing.map((one, step) => one | (missing[step - lag] ?? 1))
}

/** Levels, in the units of the transform, of what is said of the steps from an origin on: of changes their sums. */
export function levelsAhead(
  { transform, lag }: ValueChange,
  { values }: Channel,
  origin: number,
  said: Float64Array,
): Float64Array {
  if (lag === 0) return said
  return differences(lag).inverse(said, values.subarray(origin - lag, origin).map(transform.forward))
}
