import { UnrolledError } from '../error.ts'
import {
  add,
  broadcast,
  concat,
  dependencies,
  finalOperation,
  ordered,
  padOperation,
  scanOperation,
  sequenceOperation,
  sumColumns,
  sumRows,
  sameRows,
  type FinalNode,
  type Node,
  type ScanNode,
  type SequenceNode,
  type Shape,
} from '../graph/index.ts'
import { pullbackScan, type ScanAdjoints } from './scan.ts'

/**
 * Reverse mode: from adjoints of some nodes (`seeds`) to adjoints of `wrt`, as nodes of the same graph. A node of `wrt` that
 * nothing flows to is missing from the result. The graph below `wrt` is not looked at.
 */
export function pullback(seeds: ReadonlyMap<Node, Node>, wrt: readonly Node[]): Map<Node, Node> {
  const ends = new Set(wrt)
  const roots = [...seeds.keys()]
  const order = ordered(roots, ends)
  const needs = dependencies(roots, ends)
  const relevant = new Set<Node>(wrt)
  for (const node of order) if (needs(node).some((need) => relevant.has(need))) relevant.add(node)

  const contributions = new Map<Node, Node[]>()
  const contribute = (to: Node, adjoint: Node | undefined): void => {
    if (!adjoint || !relevant.has(to)) return
    const sofar = contributions.get(to)
    if (sofar) sofar.push(adjoint)
    else contributions.set(to, [adjoint])
  }
  for (const [node, adjoint] of seeds) contribute(node, adjoint)

  const scans = new Map<Node, ScanAdjoints>()
  const adjointsOf = (scan: Node): ScanAdjoints => {
    const known = scans.get(scan) ?? { sequences: new Map(), finals: new Map() }
    scans.set(scan, known)
    return known
  }
  const result = new Map<Node, Node>()
  for (const node of order.reverse()) {
    if (node.operation === scanOperation) {
      const adjoints = scans.get(node)
      if (adjoints)
        for (const [to, adjoint] of pullbackScan(node as ScanNode, adjoints, relevant, pullback))
          contribute(to, adjoint)
      continue
    }
    const parts = contributions.get(node)
    if (!parts) continue
    const adjoint = broadcast(total(parts), node.shape)
    if (ends.has(node)) result.set(node, adjoint)
    else if (node.operation === sequenceOperation) {
      arrive(adjointsOf(node.inputs[0]!).sequences, (node as SequenceNode).attributes.of, adjoint)
    } else if (node.operation === finalOperation) {
      arrive(adjointsOf(node.inputs[0]!).finals, (node as FinalNode).attributes.state, adjoint)
    } else if (node.operation.gradient) {
      const flows = node.operation.gradient(node, adjoint)
      node.inputs.forEach((input, i) => {
        const flow = flows[i]
        if (flow && relevant.has(input)) contribute(input, reduceTo(flow, input.shape))
      })
    } else {
      throw new UnrolledError('gradient', `${node.operation.name} has no gradient: gradients are first order`)
    }
  }
  return result
}

/** Several nodes may see the same of a scan: what flows back through them adds up. */
function arrive<Of>(adjoints: Map<Of, Node>, of: Of, adjoint: Node): void {
  const sofar = adjoints.get(of)
  adjoints.set(of, sofar ? add(sofar, adjoint) : adjoint)
}

/** Sums an adjoint over what was broadcast. */
function reduceTo(adjoint: Node, shape: Shape): Node {
  const columns = shape.columns === 1 ? sumColumns(adjoint) : adjoint
  const keep = columns.shape.rows.filter((axis) => shape.rows.includes(axis))
  return sameRows(keep, columns.shape.rows) ? columns : sumRows(columns, keep)
}

/** The sum of all contributions. Blocks that lie side by side are put together, not added. */
function total(parts: readonly Node[]): Node {
  const at = (part: Node): number => (part as Node<{ at: number }>).attributes.at
  if (parts.every(({ operation }) => operation === padOperation)) {
    const blocks = parts.toSorted((a, b) => at(a) - at(b))
    let width = 0
    const adjacent = blocks.every((block) => at(block) === width && (width += block.inputs[0]!.shape.columns) > 0)
    if (adjacent && width === parts[0]!.shape.columns) return concat(blocks.map(({ inputs }) => inputs[0]!))
  }
  return parts.reduce((sum, part) => add(sum, part))
}
