import type { Initial } from '../equations/index.ts'
import type { Node, Shape } from '../graph/index.ts'

/** Sizes a cell's arrays are measured in. `projection` and `output` are what a cell's header says, where it uses them. */
export interface Sizes {
  readonly input: number
  readonly hidden: number
  readonly output?: number
  readonly projection?: number
}

/** How a block of a parameter gets its first values; a number fills it, `{ uniform: [lo, hi] }` draws between two. */
export type Initialiser = Initial

/** A trained array of a cell or layer: a matrix (`rows: [m]`) or a vector (`rows: []`). */
export interface ParameterDeclaration<Name extends string = string> {
  readonly name: Name
  readonly shape: Shape
  /** From the left; the columns add up to the shape's. A vector has one block. */
  readonly blocks: readonly { readonly columns: number; readonly init: Initialiser }[]
}

/** A state carried from step to step, `[batch] × columns`, and the value it starts from. */
export interface StateDeclaration<Name extends string = string> {
  readonly name: Name
  readonly columns: number
  readonly initial: number
}

/** Random numbers a cell wants anew at every step, `[time, batch] × columns`, uniform in [0, 1). */
export interface NoiseDeclaration {
  readonly name: string
  readonly columns: number
}

/** What one step of a cell is given, all as graph nodes. */
export interface StepInputs {
  /** `[batch] × input` */
  readonly x: Node
  readonly states: Readonly<Record<string, Node>>
  readonly parameters: Readonly<Record<string, Node>>
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
  readonly input: Shape
  readonly output: Shape
  readonly states: Readonly<Record<States, Shape>>
  readonly parameters: Readonly<Record<Parameters, Shape>>
}

/**
 * One step of a recurrence, from its equations. Everything else about it follows from this.
 * The names of states and parameters are part of the type where the equations are a literal text.
 */
export interface Cell<States extends string = string, Parameters extends string = string> {
  readonly name: string
  readonly source: string
  /** The canonical text of the equations, modifiers not included. */
  text(): string
  /** The equations as LaTeX, an `aligned` block, with what modifiers make of them. */
  latex(): string
  /** Modifiers applied, in order, as a model file stores them. */
  readonly modifiers: readonly ModifierDescription[]
  shapes(sizes: Sizes): CellShapes<States, Parameters>
  parameters(sizes: Sizes): readonly ParameterDeclaration<Parameters>[]
  states(sizes: Sizes): readonly StateDeclaration<States>[]
  noise(sizes: Sizes): readonly NoiseDeclaration[]
  /** Columns of the output. */
  outputSize(sizes: Sizes): number
  step(sizes: Sizes, given: StepInputs): StepOutputs
}

/** A modifier by name with its numbers, as a model file stores it. */
export interface ModifierDescription {
  readonly name: string
  readonly options: Readonly<Record<string, number | Readonly<Record<string, number>>>>
}
