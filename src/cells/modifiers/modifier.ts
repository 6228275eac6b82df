import { UnrolledError } from '../../error.ts'
import type { Node } from '../../graph/index.ts'
import type { ModifierLatex } from './latex-changes.ts'
import type {
  ModifierDescription,
  NoiseDeclaration,
  ParameterDeclaration,
  StateDeclaration,
  StepInputs,
} from '../cell.ts'

/** One product of a matrix's block with a vector, as it stands in a cell's step. */
export interface Product {
  readonly matrix: string
  /** Number of the block, from the left. */
  readonly block: number
  /** Columns of the product, which are the matrix's rows. */
  readonly rows: number
  /** Columns of the vector. */
  readonly columns: number
  /** The old states the vector depends on with no product and no new value in between; none: not recurrent. */
  readonly states: readonly string[]
}

/** Where a modifier can act in a cell of certain sizes. */
export interface Places {
  readonly cell: string
  readonly products: readonly Product[]
  readonly states: readonly StateDeclaration[]
  /** The state whose new value is the output, if it is one. */
  readonly output: string | undefined
}

/**
 * What a modifier does to a step. All modifiers of a cell act at once, each at its places, so that the order in which
 * they were applied does not matter.
 */
export interface Modifier {
  readonly description: ModifierDescription
  /** Errs where there is no place to act. */
  check(places: Places): void
  /** Parameters it adds. */
  parameters?(places: Places): readonly ParameterDeclaration[]
  noise?(places: Places): readonly NoiseDeclaration[]
  /** Columns of a block, where they change. */
  blockColumns?(product: Product): number | undefined
  outputSize?(places: Places): number | undefined
  /** An old state as products see it. */
  stateInProducts?(given: StepInputs, name: string, old: Node): Node | undefined
  /** The vector of a product. */
  vector?(given: StepInputs, product: Product, vector: Node): Node
  /** The matrix block of a product. */
  weight?(given: StepInputs, product: Product, weight: Node): Node
  /** What a product gives. */
  result?(given: StepInputs, product: Product, result: Node): Node
  /** A state as it is carried to the next step. */
  carried?(given: StepInputs, name: string, old: Node, next: Node): Node
  /** The output, where it is the state `name`. */
  output?(given: StepInputs, name: string, output: Node): Node
  /** All this as LaTeX. */
  readonly latex: ModifierLatex
}

export const nowhere = (modifier: string, cell: string, why: string): never => {
  throw new UnrolledError('modifier', `${modifier} has no place to act in ${cell}: ${why}`)
}

/** Checks an option that is a probability below one. */
export function checkedRate(modifier: string, rate: unknown, name = 'rate'): number {
  if (typeof rate === 'number' && rate >= 0 && rate < 1) return rate
  throw new UnrolledError('modifier', `${modifier}: ${name} is ${String(rate)}; it should be at least 0 and below 1`)
}
