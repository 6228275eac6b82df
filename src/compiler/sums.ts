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

/** The terms of a sum, through additions that are only a part of it; in the order they stand. */
export function termsOf(sum: Node, isInner: (node: Node) => boolean): Node[] {
  return sum.inputs.flatMap((input) =>
    input.operation === addOperation && isInner(input) ? termsOf(input, isInner) : [input],
  )
}

/** Terms added in the order in which they stand: as an array of a shape, for the order of its axes is not the terms' to say. */
export function sumOf(terms: readonly Node[], shape: Shape): Node {
  const sum = terms.reduce((sofar, term) => add(sofar, term))
  return sameShape(sum.shape, shape) ? sum : node(addOperation, sum.inputs, undefined, shape)
}
