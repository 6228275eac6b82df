import type { Node, Shape } from '../graph/index.ts'

/** Sizes a cell's arrays are measured in. `projection` and `output` are what a cell's header says, where it uses them. */
export interface Sizes {
  readonly input: number
  readonly hidden: number
  readonly output?: number
  readonly projection?: number
}

/** How a block of a parameter gets its first values; a number fills it. */
export type Initialiser = number | 'orthogonal' | 'glorot' | 'uniform' | 'normal' | 'identity'

/** A trained array of a cell or layer: a matrix (`rows: [m]`) or a vector (`rows: []`). */
export interface ParameterDeclaration {
  readonly name: string
  readonly shape: Shape
  /** From the left; the columns add up to the shape's. A vector has one block. */
  readonly blocks: readonly { readonly columns: number; readonly init: Initialiser }[]
}

/** A state carried from step to step, `[batch] × columns`, and the value it starts from. */
export interface StateDeclaration {
  readonly name: string
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

/** One step of a recurrence, from its equations. Everything else about it follows from this. */
export interface Cell {
  readonly name: string
  readonly source: string
  /** The canonical text of the equations, modifiers not included. */
  text(): string
  /** The equations as LaTeX, an `aligned` block. */
  latex(): string
  /** Modifiers applied, in order, as a model file stores them. */
  readonly modifiers: readonly ModifierDescription[]
  parameters(sizes: Sizes): readonly ParameterDeclaration[]
  states(sizes: Sizes): readonly StateDeclaration[]
  noise(sizes: Sizes): readonly NoiseDeclaration[]
  /** Columns of the output. */
  outputSize(sizes: Sizes): number
  step(sizes: Sizes, given: StepInputs): { readonly states: Readonly<Record<string, Node>>; readonly output: Node }
}

/** A modifier by name with its numbers, as a model file stores it. */
export interface ModifierDescription {
  readonly name: string
  readonly options: Readonly<Record<string, number | Readonly<Record<string, number>>>>
}
