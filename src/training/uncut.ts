import type { DataSet } from '../data/index.ts'
import type { Model } from '../models/index.ts'

/** What needs whole sequences in one window, and how many steps that takes. */
export interface Uncut {
  readonly by: string
  readonly steps: number
}

/** Why sequences of some data may not be cut into windows; undefined where they may. */
export function uncut({ layer, loss }: Model, { usual, longest }: DataSet): Uncut | undefined {
  if (loss.whole) return { by: `the loss ${loss.name}`, steps: longest }
  // Streams are cut into windows, whatever looks ahead.
  const ahead = usual?.unroll === undefined && layer.causal === false
  return ahead ? { by: 'a layer that looks ahead', steps: longest } : undefined
}
