import type { Initial as Initialiser } from '../equations/index.ts'
import type { Node, Shape } from '../graph/index.ts'

/** Sizes a cell's arrays are measured in. `projection` and `output` are what a cell's header says, where it uses them. */
export interface Sizes {
  /** Columns of a step's input x. */
  readonly input: number
  /** Columns of every state of which the header says nothing else. */
  readonly hidden: number
  /** Of cells whose header measures something in it, as `size: y = output` does: those columns. Others need none. */
  readonly output?: number
  /** Of cells whose header measures something in it, as `size: h = projection` does: those columns. Others need none. */
  readonly projection?: number
}

export type { Initialiser }

/** A trained array of a cell or layer: a matrix (`rows: [m]`) or a vector (`rows: []`). */
export interface ParameterDeclaration<Name extends string = string> {
  /** As the equations call it, `Wf`; of a layer inside another with that one's name before it, `head.weight`. */
  readonly name: Name
  /** `[m] × n` of a matrix, which makes m numbers of n; `n` of a vector. */
  readonly shape: Shape
  /** From the left; the columns add up to the shape's. A vector has one block. */
  readonly blocks: readonly { readonly columns: number; readonly init: Initialiser }[]
}

/** A state carried from step to step, `[batch] × columns`, and the value it starts from. */
export interface StateDeclaration<Name extends string = string> {
  /** As the equations call it, `h`; of a layer inside another with that one's name before it, `rnn.h`. */
  readonly name: Name
  /** Numbers that each sequence carries. */
  readonly columns: number
  /** What each of them is before the first step, where nobody gives a state. */
  readonly initial: number
}

/** Random numbers a cell wants anew at every step, `[time, batch] × columns`, uniform in [0, 1). */
export interface NoiseDeclaration {
  /** The site they are drawn at, `zoneout.h`: another name, other numbers. */
  readonly name: string
  /** Numbers for each sequence at each step. */
  readonly columns: number
}

/** What one step of a cell is given, all as graph nodes. */
export interface StepInputs {
  /** `[batch] × input` */
  readonly x: Node
  /** What was carried so far, by name, `[batch] × columns` each. */
  readonly states: Readonly<Record<string, Node>>
  /** By name, in the shapes that the cell declares. */
  readonly parameters: Readonly<Record<string, Node>>
  /** What the cell asks for by `noise`, by name, `[batch] × columns` each; needed in training alone. */
  readonly noise: Readonly<Record<string, Node>>
  /** Random numbers fixed for the window, uniform in [0, 1); a name is one site. */
  readonly random: (name: string, shape: Shape) => Node
  /** Whether random modifiers act; else they take their expectation. */
  readonly training: boolean
}

/** What one step of a cell gives. */
export interface StepOutputs {
  /** The states to carry to the next step, `[batch] × columns` each. */
  readonly states: Readonly<Record<string, Node>>
  /** `[batch] × outputSize` */
  readonly output: Node
  /** The value of every line of the equations by its name, gates among them; new values of states with a prime: `h'`. */
  readonly values: Readonly<Record<string, Node>>
}

/** Shapes of all that a cell works with; states as `[batch] × columns`. */
export interface CellShapes<States extends string = string, Parameters extends string = string> {
  /** `[batch] × input` */
  readonly input: Shape
  /** `[batch] × outputSize` */
  readonly output: Shape
  /** By name, `[batch] × columns` each. */
  readonly states: Readonly<Record<States, Shape>>
  /** By name: `rows: [m]` of a matrix, `rows: []` of a vector. */
  readonly parameters: Readonly<Record<Parameters, Shape>>
}

/**
 * One step of a recurrence, from its equations. Everything else about it follows from this.
 * The names of states and parameters are part of the type where the equations are a literal text.
 */
export interface Cell<States extends string = string, Parameters extends string = string> {
  /** What its header calls it, `cell` where that says nothing. */
  readonly name: string
  /** Paper and variant, as its header says; empty where that says nothing. */
  readonly source: string
  /** The canonical text of the equations, modifiers not included. */
  text(): string
  /** The equations as LaTeX, an `aligned` block, with what modifiers make of them. */
  latex(): string
  /** Modifiers applied, in order, as a model file stores them. */
  readonly modifiers: readonly ModifierDescription[]
  /**
   * Shapes of all that it works with, at given sizes.
   * @throws UnrolledError `size` for a size that it needs and that is missing or no whole number from 1, as those below do.
   */
  shapes(sizes: Sizes): CellShapes<States, Parameters>
  /** What is trained of it, at given sizes, and how that begins. */
  parameters(sizes: Sizes): readonly ParameterDeclaration<Parameters>[]
  /** What it carries from step to step, at given sizes. */
  states(sizes: Sizes): readonly StateDeclaration<States>[]
  /** What its modifiers want drawn anew at every step; nothing of a cell without such. */
  noise(sizes: Sizes): readonly NoiseDeclaration[]
  /** Columns of the output. */
  outputSize(sizes: Sizes): number
  /**
   * Builds the graph of one step.
   * @throws UnrolledError `missing` or `shape` for what is not given, or is not as wide as declared.
   */
  step(sizes: Sizes, given: StepInputs): StepOutputs
}

/** A modifier by name with its numbers, as a model file stores it. */
export interface ModifierDescription {
  /** `layerNorm`, `projection`, `recurrentDropout`, `weightDrop` or `zoneout`. */
  readonly name: string
  /** By name: `{ rate: 0.5 }`, of zoneout the rate of each state, of layerNorm nothing. */
  readonly options: Readonly<Record<string, number | Readonly<Record<string, number>>>>
}
