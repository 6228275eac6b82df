import type { Row, ValueRange } from '../../data/index.ts'
import type { Node } from '../../graph/index.ts'
import type { Port } from '../../layers/index.ts'
import type { Description } from '../../options.ts'

/** What the targets of a loss are, so that data can be held against it. */
export interface Target extends Port {
  /** What its numbers may be; any finite ones where absent, and of symbols their numbers. */
  readonly range?: ValueRange
}

/**
 * What is minimised: the mean, over the steps of all sequences, of a number for each. A description with its name and options is
 * stored with a model.
 */
export interface Loss extends Description {
  /**
   * What a target is, for a network with that output: a row for each of its rows.
   * @throws UnrolledError `option` where the loss cannot judge such an output.
   */
  target(output: Port): Target
  /** Output `[time, batch] × n`, or `[batch] × n`, and targets of as many rows → loss, one number a row. */
  build(output: Node, targets: Node): Node
  /**
   * How much a step counts whose target begins at `targets[at]`: the mean is Σ weight · loss ÷ Σ weight, and 0 leaves the step
   * out, so that its target may be anything. Absent: every step counts 1.
   */
  weight?(targets: ArrayLike<number>, at: number): number
  /**
   * What a row of the output says in probabilities, one for each column: from `output[at]` on, into the same places. Absent where
   * the output means no such thing. Makes no array.
   */
  probabilities?(output: ArrayLike<number>, at: number, columns: number, into: Float32Array | Float64Array): void
  /** What a row of the output says; absent: its probabilities where it means such, else its values. */
  decode?(output: Row): Decoded
  /** Numbers that tell more of how well a row of the output fits its target; their means are measured beside the loss. */
  readonly metrics?: Readonly<Record<string, Metric>>
}

/** How well one row of an output fits its target. */
export type Metric = (output: Row, target: Row) => number

/** What a row of an output says. */
export interface Decoded {
  /** Number of the likeliest class. */
  readonly label?: number
  /** Of each class; or of each column, that it is so. */
  readonly probabilities?: readonly number[]
  readonly values?: readonly number[]
}

/** Whether a value has all that a loss has. */
export function isLoss(value: unknown): value is Loss {
  const { name, options, target, build } = (value ?? {}) as Partial<Loss>
  return (
    typeof name === 'string' &&
    typeof options === 'object' &&
    options !== null &&
    typeof target === 'function' &&
    typeof build === 'function'
  )
}
