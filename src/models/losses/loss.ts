import type { ValueRange } from '../../data/index.ts'
import type { Node } from '../../graph/index.ts'
import type { Description } from '../../options.ts'

/** What the targets of a loss are, so that data can be held against it. */
export interface Target {
  /** Columns of a step's target. */
  readonly columns: number
  /** What its numbers may be; any finite ones where absent. */
  readonly range?: ValueRange
}

/**
 * What is minimised: the mean, over the steps of all sequences, of a number for each. A description with its name and options is
 * stored with a model.
 */
export interface Loss extends Description {
  /**
   * What a target is, for a network with that many output columns.
   * @throws UnrolledError `option` where the loss cannot judge an output of that many columns.
   */
  target(output: number): Target
  /** Output `[time, batch] × n` and targets `[time, batch] × target.columns` → loss `[time, batch] × 1`. */
  build(output: Node, targets: Node): Node
  /**
   * How much a step counts whose target begins at `targets[at]`: the mean is Σ weight · loss ÷ Σ weight, and 0 leaves the step
   * out, so that its target may be anything. Absent: every step counts 1.
   */
  weight?(targets: ArrayLike<number>, at: number): number
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
