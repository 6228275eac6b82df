import type { Node } from './node.ts'
import { scanOperation, sequenceOperation } from './scan.ts'

/**
 * The nodes under `roots`, inputs before users, not looking below `ends`. A scan comes after all that its observed
 * sequences capture, so that it can be run, or differentiated, as one piece.
 */
export const ordered = (roots: readonly Node[], ends: ReadonlySet<Node> = new Set()): Node[] =>
  walked(roots, dependencies(roots, ends))

function walked(roots: readonly Node[], needs: (node: Node) => readonly Node[]): Node[] {
  const result: Node[] = []
  const done = new Set<Node>()
  const pending = [...roots]
  while (pending.length > 0) {
    const node = pending.at(-1)!
    const missing = done.has(node) ? [] : needs(node).filter((need) => !done.has(need))
    if (missing.length > 0) {
      pending.push(...missing)
      continue
    }
    pending.pop()
    if (done.has(node)) continue
    done.add(node)
    result.push(node)
  }
  return result
}

/**
 * The same nodes in the order in which they were made, as far as they can be. What goes through a graph so and makes it anew keeps
 * that order: gradients are added up in it, and what was written one behind the other, as gates are, is placed so and becomes one product.
 */
export function asMade(roots: readonly Node[]): Node[] {
  const needs = dependencies(roots)
  const youngest = new Map<Node, number>()
  const order = walked(roots, needs)
  for (const node of order) youngest.set(node, Math.max(node.id, ...needs(node).map((need) => youngest.get(need)!)))
  return order.sort((a, b) => youngest.get(a)! - youngest.get(b)!)
}

/** What must come before each node: its inputs and, for a scan, what its observed sequences capture. */
export function dependencies(
  roots: readonly Node[],
  ends: ReadonlySet<Node> = new Set(),
): (node: Node) => readonly Node[] {
  const captured = new Map<Node, Set<Node>>()
  const seen = new Set<Node>()
  const pending = [...roots]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (ends.has(node)) continue
    pending.push(...node.inputs)
    if (node.operation === sequenceOperation) {
      const [scan, ...captures] = node.inputs
      const sofar = captured.get(scan!) ?? new Set()
      for (const capture of captures) sofar.add(capture)
      captured.set(scan!, sofar)
    }
  }
  return (node) => {
    if (ends.has(node)) return []
    return node.operation === scanOperation ? [...node.inputs, ...(captured.get(node) ?? [])] : node.inputs
  }
}
