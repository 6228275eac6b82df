import { pullback } from '../../src/gradient/index.ts'
import { add, constant, evaluate, input, ordered, type Node, type Value } from '../../src/graph/index.ts'
import { adjointRegion, stateRegion } from '../../src/runtime/index.ts'
import { gradientName, nameOf, type Given, type Results, type Subject } from './subject.ts'

/** What a subject computes as bare nodes, by the names that a program of it uses. */
export interface Truth {
  readonly results: ReadonlyMap<string, Node>
  /** Adjoints that are handed in, by what they belong to. */
  readonly seeds: ReadonlyMap<Node, Node>
  /** What gradients are taken of, by the name of the gradient. */
  readonly wrt: ReadonlyMap<string, Node>
}

/** The graph with its gradient, as plain nodes that no pass has touched. */
export function truthOf({ graph, backward }: Subject): Truth {
  const { parameters, states, outputs, sums } = graph
  const forward = new Map<string, Node>([
    ...Object.entries(outputs),
    ...Object.entries(sums),
    ...states.map(({ name, final }) => [stateRegion(name), final] as const),
  ])
  const seeds = new Map<Node, Node>()
  const seed = (node: Node, adjoint: Node): void => {
    const known = seeds.get(node)
    seeds.set(node, known ? add(known, adjoint) : adjoint)
  }
  if (backward.loss !== undefined) seed(forward.get(backward.loss)!, constant(1))
  for (const name of backward.outputs ?? []) {
    const node = forward.get(name)!
    seed(node, input(adjointRegion(name), node.shape))
  }
  for (const { name, final } of states) seed(final, input(adjointRegion(name), final.shape))
  const wrt = new Map<string, Node>([
    ...parameters.map((node) => [gradientName(node), node] as const),
    ...states.map(({ name, initial }) => [adjointRegion(name), initial] as const),
    ...Object.entries(backward.inputs ?? {}).map(([name, node]) => [adjointRegion(name), node] as const),
  ])
  const back = pullback(seeds, [...wrt.values()])
  const gradients = [...wrt].flatMap(([name, node]) => (back.has(node) ? [[name, back.get(node)!] as const] : []))
  return { results: new Map([...forward, ...gradients]), seeds, wrt }
}

/** The plain float64 values of everything a subject computes. */
export function valuesOf(truth: Truth, given: Given, { context }: Pick<Subject, 'context'>): Results {
  const roots = [...truth.results.values()]
  const values = evaluate(roots, known(roots, given, context), context)
  return new Map([...truth.results.keys()].map((name, i) => [name, values[i]!.data]))
}

/** The values of all inputs and parameters under some nodes. */
export function known(roots: readonly Node[], given: Given, { extents }: Subject['context']): Map<Node, Value> {
  const result = new Map<Node, Value>()
  for (const node of ordered(roots)) {
    if (node.operation.name !== 'input' && node.operation.name !== 'parameter') continue
    const { rows, data } = given.get(nameOf(node))!
    const sizes = rows.map((axis) => (typeof axis === 'number' ? axis : extents[axis]!))
    result.set(node, { shape: node.shape, extents: sizes, data })
  }
  return result
}
