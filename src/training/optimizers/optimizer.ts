import type { Node } from '../../graph/index.ts'
import type { Description } from '../../options.ts'
import type { Schedule } from '../schedules/index.ts'

/** A running array an optimizer keeps beside the parameters, as wide as they are. */
export interface Moment {
  readonly name: string
  /** Its value everywhere before the first update. */
  readonly initial: number
}

/** What an update sees: vectors of all parameters one behind the other, and numbers of this update as scalars. */
export interface UpdateInput {
  readonly parameter: Node
  readonly gradient: Node
  readonly moments: Readonly<Record<string, Node>>
  readonly scalars: Readonly<Record<string, Node>>
}

export interface Update {
  readonly parameter: Node
  readonly moments: Readonly<Record<string, Node>>
}

/**
 * An optimizer is a graph: `update` says with pointwise operations what becomes of one vector that holds all parameters,
 * so that it runs as one fused kernel. What changes from update to update and is the same for all parameters comes in as
 * scalars, worked out in float64 beforehand. Where parameter and gradient are zero the parameter stays zero.
 */
export interface Optimizer extends Description {
  readonly lr: Schedule
  readonly moments: readonly Moment[]
  /** Names of the numbers `update` needs, the learning rate among them where it is used as it is. */
  readonly scalars: readonly string[]
  /** Writes the scalars of update number `step`, counted from 1, at learning rate `lr`, in the order of their names. */
  scalarValues(step: number, lr: number, into: Float64Array): void
  update(given: UpdateInput): Update
}
