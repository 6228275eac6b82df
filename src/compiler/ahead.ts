import { input, inputOperation, ordered, scanOperation, type Node } from '../graph/index.ts'
import { rewriteGraph } from './rewrite-graph.ts'

/** A graph in two parts. */
export interface Ahead {
  /** What follows from the given inputs alone and is read by what does not. */
  readonly ahead: readonly Node[]
  /** The roots, over inputs that stand in their place. */
  readonly roots: readonly Node[]
  /** The given inputs that they still read themselves. */
  readonly read: readonly Node[]
}

/**
 * Takes out of a graph what follows from some inputs (and parameters) alone, so that it can be worked out once where the rest is run
 * again and again. `name` names the inputs that stand in its place.
 */
export function workedOutAhead(roots: readonly Node[], from: readonly Node[], name: (place: number) => string): Ahead {
  const order = ordered(roots)
  const [early, late] = [new Set<Node>(), new Set<Node>()]
  for (const node of order) {
    const { operation, inputs } = node
    const other = operation === inputOperation ? !from.includes(node) : operation.kind === 'random'
    if (other || inputs.some((one) => late.has(one))) late.add(node)
    else if (from.includes(node) || inputs.some((one) => early.has(one))) early.add(node)
  }
  // A loop has no value of its own: where its steps are looked at together with what is late, it is run with that.
  for (const node of [...order].reverse()) {
    if (!late.has(node)) continue
    for (const one of node.inputs) if (one.operation === scanOperation && early.delete(one)) late.add(one)
  }
  const read = new Set([...roots, ...order.filter((node) => late.has(node)).flatMap(({ inputs }) => inputs)])
  const ahead = [...read].filter((node) => early.has(node) && node.operation !== inputOperation)
  const inputs = ahead.map(({ shape }, place) => input(name(place), shape))
  const given = new Map(ahead.map((node, place) => [node, inputs[place]!]))
  const rest = rewriteGraph(roots, { given })
  const there = new Set(ordered(rest))
  return { ahead, roots: rest, read: from.filter((node) => there.has(node)) }
}
