/** A program: instructions over named regions of memory. */

import type { Instruction } from './instructions.ts'
import type { Formula } from './place.ts'

/** A named region of memory and the floats it needs at given extents. */
export interface Region {
  readonly name: string
  readonly size: Formula
}

/**
 * `prepare` depends on parameters alone (packed weights, products of parameters) and is run again only when they change.
 * `finish` works on sums over all windows of one update (gradients that pass through a sum over time) and is run once after
 * the last of them, with that one's extents and before anything else runs: it may read what that one left in scratch; it sees no `time`. Packed matrices belong to the executable. Every other array lies in a region that is bound from outside.
 */
export interface Program {
  readonly name: string
  readonly regions: readonly Region[]
  readonly packs: number
  readonly prepare: readonly Instruction[]
  readonly body: readonly Instruction[]
  readonly finish: readonly Instruction[]
}
