import type { Node } from './node.ts'
import { scanOperation, sequenceOperation } from './scan.ts'

/**
 * The nodes under `roots`, inputs before users, not looking below `ends`. A scan comes after all that its observed
 * sequences capture, so that it can be run, or differentiated, as one piece.
 */
export function ordered(roots: readonly Node[], ends: ReadonlySet<Node> = new Set()): Node[] {
  const needs = dependencies(roots, ends)
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
