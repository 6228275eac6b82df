import type { EvaluationContext, Node, RowAxis } from '../../src/graph/index.ts'
import type { Backward, ModelGraph } from '../../src/runtime/index.ts'

/** One array of numbers and what its rows run over, outermost first. */
export interface Numbers {
  readonly rows: readonly RowAxis[]
  readonly columns: number
  readonly data: Float64Array
}

/** Values by name: of parameters, of inputs and states by their region, of adjoints that are handed in. */
export type Given = ReadonlyMap<string, Numbers>

/** A program to be tried: its graph, what flows back through it, and the numbers it is tried on. */
export interface Subject {
  readonly graph: ModelGraph
  readonly backward: Backward
  readonly given: Given
  readonly context: EvaluationContext
}

/** Results by name: outputs and sums by region, gradients of parameters as `gradient.NAME`. */
export type Results = ReadonlyMap<string, Float64Array>

export const gradientName = (parameter: Node): string => `gradient.${nameOf(parameter)}`

/** The name of an input or parameter. */
export const nameOf = (node: Node): string => (node as Node<{ name: string }>).attributes.name
