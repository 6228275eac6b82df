import { add, addOperation, node, sameShape, type Node, type Shape } from '../graph/index.ts'

/** How often each node under `roots` is used; a root counts as one use. */
export function countUses(roots: readonly Node[], within: (node: Node) => boolean = () => true): Map<Node, number> {
  const uses = new Map<Node, number>()
  const pending: Node[] = []
  const use = (node: Node): void => {
    const sofar = uses.get(node) ?? 0
    uses.set(node, sofar + 1)
    if (sofar === 0 && within(node)) pending.push(node)
  }
  roots.forEach(use)
  for (let node = pending.pop(); node; node = pending.pop()) node.inputs.forEach(use)
  return uses
}

/**
 * The sums of a block that are only a part of another: read by nobody else, and as large. What has fewer rows or columns is added up
 * before it is repeated.
 */
export function innerSums(block: Iterable<Node>, uses: ReadonlyMap<Node, number>): Set<Node> {
  const sums = new Set([...block].filter(({ operation }) => operation === addOperation))
  const inner = new Set<Node>()
  for (const { inputs, shape } of sums) {
    for (const input of inputs) {
      if (sums.has(input) && uses.get(input) === 1 && sameShape(input.shape, shape)) inner.add(input)
    }
  }
  return inner
}

/** The terms of a sum, through those that are only a part of it; in the order they stand. */
export const termsOf = (sum: Node, inner: ReadonlySet<Node>): Node[] =>
  sum.inputs.flatMap((input) => (inner.has(input) ? termsOf(input, inner) : [input]))

/** Terms added in the order in which they stand: as an array of a shape, for the order of its axes is not the terms' to say. */
export function sumOf(terms: readonly Node[], shape: Shape): Node {
  const sum = terms.reduce((sofar, term) => add(sofar, term))
  return sameShape(sum.shape, shape) ? sum : node(addOperation, sum.inputs, undefined, shape)
}
