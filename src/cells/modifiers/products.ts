import { matmulOperation, sliceOperation, type Node } from '../../graph/index.ts'
import type { StepInputs, StepOutputs } from '../cell.ts'

/** A product found in a step's graph. */
export interface FoundProduct {
  readonly matrix: string
  /** Columns of the matrix left of the block. */
  readonly from: number
  readonly states: readonly string[]
}

/** The products of a step, and what depends on an old state with no product and no new value in between. */
export interface StepGraph {
  readonly products: ReadonlyMap<Node, FoundProduct>
  /** Old states by name, for every node that sees one directly. */
  readonly direct: ReadonlyMap<Node, readonly string[]>
}

/** Reads a step's graph; `given` is what it was built from. */
export function readStep(given: StepInputs, made: StepOutputs): StepGraph {
  const direct = new Map<Node, readonly string[]>()
  for (const [name, node] of Object.entries(given.states)) direct.set(node, [name])
  const ends = new Set(Object.keys(given.states).map((name) => made.values[`${name}'`]))
  const matrices = new Map(Object.entries(given.parameters).map(([name, node]) => [node, name]))
  const products = new Map<Node, FoundProduct>()
  for (const node of below([...Object.values(made.values), ...Object.values(made.states), made.output])) {
    if (direct.has(node)) continue
    if (node.operation === matmulOperation) {
      const found = block(node.inputs[0]!, matrices)
      if (found) products.set(node, { ...found, states: direct.get(node.inputs[1]!) ?? [] })
    } else if (!ends.has(node)) {
      const states = new Set(node.inputs.flatMap((input) => direct.get(input) ?? []))
      if (states.size > 0) direct.set(node, [...states])
    }
  }
  return { products, direct }
}

/** Everything under some nodes, inputs first: ids rise from inputs to users. */
function below(roots: readonly Node[]): Node[] {
  const seen = new Set<Node>()
  const pending = [...roots]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    pending.push(...node.inputs)
  }
  return [...seen].sort((a, b) => a.id - b.id)
}

/** The matrix that a product's weight is cut from, and where. */
function block(weight: Node, matrices: ReadonlyMap<Node, string>): { matrix: string; from: number } | undefined {
  let node = weight
  let from = 0
  while (node.operation === sliceOperation) {
    from += (node as Node<{ from: number }>).attributes.from
    node = node.inputs[0]!
  }
  const matrix = matrices.get(node)
  return matrix === undefined ? undefined : { matrix, from }
}
