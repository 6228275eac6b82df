import type { Named, Tensor } from '../tensor.ts'

/** What a layer is given to compute with: `x`, or of several inputs each by its name. */
export interface Given {
  /** By name; all of them. Those of a model are such. */
  readonly parameters: Named
  /** `[time, batch, input]`, which may hold what is not finite; ids of symbols as `[time, batch]` or `[time, batch, 1]`. */
  readonly x?: Tensor
  /** Inputs by the names of the layer's ports; of a port with the axes `[batch]`, `[batch, columns]`. */
  readonly inputs?: Named
  /** States before the first step, `[batch, columns]`; a missing one is what the layer declares, usually zero. */
  readonly state?: Named
  /** Steps of each sequence; a sequence past its length keeps its state and gives zeros. Absent, each has all steps. */
  readonly lengths?: readonly number[]
  /** The same of second sequences, those of ports with the axis `source`. */
  readonly sourceLengths?: readonly number[]
  /**
   * `[time, batch]`: not 0 where a step begins a new sequence inside a row, whose states are what the layer declares. Absent, none
   * does.
   */
  readonly starts?: Tensor
  /** Whether dropout and its kin act, drawn from the seed; false. */
  readonly training?: boolean
  /** Of what is drawn in training, a whole number from 0 to 2³² − 1; 0. */
  readonly seed?: number
  /**
   * Values inside of layers that are wanted too, by the layer's name and that of a line of its cell's equations: `rnn.z`,
   * `rnn.layers.0.forward.c'`. Of a backward run also `rnn.h.own` and `rnn.h.next`, the adjoint of a state's new value in its two
   * parts: what arrives through the step's output, and what the step after it sends back.
   */
  readonly taps?: readonly string[]
}

/** What a layer makes of whole sequences. */
export interface Result {
  /** That called `output`, or the first: `[time, batch, output]`, or `[batch, output]` of a layer that makes one row of all steps. */
  readonly output: Tensor
  /** All outputs by the names of the layer's ports. */
  readonly outputs: Named
  /** The states after the last step, `[batch, columns]` each. */
  readonly state: Named
  /** What `taps` asked for, `[time, batch, columns]` each; zero past a sequence's length. */
  readonly taps: Named
}

/** Adjoints of what `forward` gives; a missing one is zero. */
export interface Adjoints {
  /** Of the main output, in its shape; the same as by its name among `outputs`. */
  readonly output?: Tensor
  /** Of outputs by the names of the layer's ports, each in its shape. */
  readonly outputs?: Named
  /** Of states after the last step by name, `[batch, columns]` each. */
  readonly state?: Named
}

/** How fast Σ adjoint · result changes with what the layer was given, each in the shape of that. */
export interface Gradients {
  /** By name, all that the layer declares. */
  readonly parameters: Named
  /** As `x`; absent where `x` numbers symbols. */
  readonly x?: Tensor
  /** Of all inputs, those that number symbols left out. */
  readonly inputs: Named
  /** Of the states before the first step, by name, `[batch, columns]` each. */
  readonly state: Named
}
