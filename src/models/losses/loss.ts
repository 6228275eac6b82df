import type { ParameterDeclaration } from '../../cells/index.ts'
import type { Row, ValueRange } from '../../data/index.ts'
import type { Node } from '../../graph/index.ts'
import type { BuildContext, Port } from '../../layers/index.ts'
import type { Description } from '../../options.ts'
import type { Named } from '../../tensor.ts'

/** What the targets of a loss are, so that data can be held against it. */
export interface Target extends Port {
  /** What its numbers may be; any finite ones where absent, and of symbols their numbers. */
  readonly range?: ValueRange
}

/** What a loss builds its graph with, beside outputs and targets: parameters by its own names for them. */
export type LossContext = Pick<BuildContext, 'parameter' | 'lengths' | 'starts'>

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
  /**
   * The same loss for targets of so many columns, where a target is a list and as long as the longest of its data; absent where all
   * have the columns of the output.
   */
  fitting?(columns: number): Loss
  /** Parameters of its own, for a network with that output; none. Beside those of the layers they are called `loss.…`. */
  declared?(output: Port): readonly ParameterDeclaration[]
  /** Whether it judges whole sequences, so that none may be cut into windows; false. */
  readonly whole?: boolean
  /**
   * Output `[time, batch] × n`, or `[batch] × n`, and targets of as many rows → loss, one number a row; at once, or when what builds it
   * has been fetched.
   */
  build(output: Node, targets: Node, context: LossContext): Node | Promise<Node>
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
  /**
   * What the rows of a sequence say together, where each alone says nothing; `parameters` are the loss's own, by its names for them.
   */
  decodeSequence?(rows: readonly Row[], parameters: Named, options?: DecodingOptions): Promise<DecodedSequence>
  /** Numbers that tell more of how well a row of the output fits its target; their means are measured beside the loss. */
  readonly metrics?: Readonly<Record<string, Metric>>
}

/** How well one row of an output fits its target; of a loss that decodes sequences, with what that said of the row. */
export type Metric = (output: Row, target: Row, decoded?: Decoded & Partial<Labelling>) => number

/** What is wanted of the rows of a sequence. */
export interface DecodingOptions {
  /** How many label sequences; 1. */
  readonly best?: number
  /** How many are followed, where a search may leave some out; as many as the loss says. */
  readonly beam?: number
  /** Whether the likeliest says where each label lies, where labels are fewer than steps; false. */
  readonly spans?: boolean
}

/** What the rows of a sequence say together. */
export interface DecodedSequence {
  /** The likeliest labellings, best first. */
  readonly labellings: readonly Labelling[]
  /** Of a loss that judges each step: its label in the likeliest sequence, and how probable each label is there in all sequences. */
  readonly steps?: readonly Decoded[]
}

/** A label sequence that a whole sequence may have. */
export interface Labelling {
  /** The numbers of its labels, in order: one a step, or fewer, of a loss that finds where they lie. */
  readonly labels: readonly number[]
  /** How probable it is that the sequence has just these, in nats. */
  readonly logProbability: number
  /** From which step on, and before which, each is said on the likeliest way; where that was asked for. */
  readonly spans?: readonly (readonly [from: number, to: number])[]
}

/** What a row of an output says. */
export interface Decoded {
  /** Number of the likeliest class. */
  readonly label?: number
  /** Of each class; or of each column, that it is so. */
  readonly probabilities?: readonly number[]
  /** The output as it stands, where it means numbers. */
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
