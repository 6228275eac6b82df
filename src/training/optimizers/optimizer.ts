import type { Node } from '../../graph/index.ts'
import type { Description } from '../../options.ts'
import type { Schedule } from '../schedules/index.ts'

/** A running array an optimizer keeps beside the parameters, as wide as they are. */
export interface Moment {
  /** Its key among the `moments` of an update, and in the file of a run. */
  readonly name: string
  /** Its value everywhere before the first update. */
  readonly initial: number
}

/** What an update sees: vectors of all parameters one behind the other, and numbers of this update as scalars. */
export interface UpdateInput {
  /** Parameters before the update. */
  readonly parameter: Node
  /** Their gradient, clipped. */
  readonly gradient: Node
  /** As the update before left them, by name, each as wide as the parameters. */
  readonly moments: Readonly<Record<string, Node>>
  /** What `scalarValues` wrote, by the names in `scalars`. */
  readonly scalars: Readonly<Record<string, Node>>
}

/** What an update makes of what it sees. */
export interface Update {
  /** Parameters after the update. */
  readonly parameter: Node
  /** What the next update will find, by name: all that are declared. */
  readonly moments: Readonly<Record<string, Node>>
}

/**
 * An optimizer is a graph: `update` says with pointwise operations what becomes of one vector that holds all parameters,
 * so that it runs as one fused kernel. What changes from update to update and is the same for all parameters comes in as
 * scalars, worked out in float64 beforehand. Where parameter and gradient are zero the parameter stays zero.
 */
export interface Optimizer extends Description {
  /** How the learning rate goes through the run. */
  readonly lr: Schedule
  /** What it keeps from update to update. */
  readonly moments: readonly Moment[]
  /** Names of the numbers `update` needs, the learning rate among them where it is used as it is. */
  readonly scalars: readonly string[]
  /** Writes the scalars of update number `step`, counted from 1, at learning rate `lr`, in the order of their names. */
  scalarValues(step: number, lr: number, into: Float64Array): void
  /** One update as a graph of pointwise operations. */
  update(given: UpdateInput): Update
}
