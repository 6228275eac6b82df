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
import { pullbackScan, type StateTap } from './scan.ts'

/**
 * Reverse mode: from adjoints of some nodes (`seeds`) to adjoints of `wrt`, as nodes of the same graph. A node of `wrt` that
 * nothing flows to is missing from the result. The graph below `wrt` is not looked at. `taps` are told the adjoints of states.
 */
export function pullback(
  seeds: Iterable<readonly [Node, Node]>,
  wrt: readonly Node[],
  taps: readonly StateTap[] = [],
): Map<Node, Node> {
  const ends = new Set(wrt)
  const roots = [...seeds].map(([node]) => node)
  const order = ordered(roots, ends)
  const needs = dependencies(roots, ends)
  const relevant = new Set<Node>(wrt)
  for (const node of order) if (needs(node).some((need) => relevant.has(need))) relevant.add(node)

  const contributions = new Contributions<Node>()
  const contribute = (to: Node, adjoint: Node | undefined, from: number): void => {
    if (adjoint && relevant.has(to)) contributions.add(to, adjoint, from)
  }
  for (const [node, adjoint] of seeds) contribute(node, adjoint, Number.MAX_VALUE)

  const scans = new Map<Node, { sequences: Contributions<Node>; finals: Contributions<number> }>()
  const arrivals = (scan: Node) => {
    const known = scans.get(scan) ?? { sequences: new Contributions<Node>(), finals: new Contributions<number>() }
    scans.set(scan, known)
    return known
  }
  const result = new Map<Node, Node>()
  for (const node of order.reverse()) {
    if (node.operation === scanOperation) {
      const arrived = scans.get(node)
      if (!arrived) continue
      const adjoints = { sequences: arrived.sequences.totals(), finals: arrived.finals.totals() }
      const own = taps.filter(({ scan }) => scan === node)
      for (const [to, adjoint] of pullbackScan(node as ScanNode, adjoints, relevant, pullback, own))
        contribute(to, adjoint, node.id)
      continue
    }
    const sum = contributions.total(node)
    if (!sum) continue
    const adjoint = broadcast(sum, node.shape)
    if (ends.has(node)) result.set(node, adjoint)
    else if (node.operation === sequenceOperation) {
      arrivals(node.inputs[0]!).sequences.add((node as SequenceNode).attributes.of, adjoint, node.id)
    } else if (node.operation === finalOperation) {
      arrivals(node.inputs[0]!).finals.add((node as FinalNode).attributes.state, adjoint, node.id)
    } else if (node.operation.gradient) {
      const flows = node.operation.gradient(node, adjoint)
      node.inputs.forEach((input, i) => {
        const flow = flows[i]
        if (flow && relevant.has(input)) contribute(input, reduceTo(flow, input.shape), node.id)
      })
    } else {
      throw new UnrolledError('gradient', `${node.operation.name} has no gradient: gradients are first order`)
    }
  }
  return result
}

/**
 * What flows back to each of some things, from nodes by their ids. It is added up from the youngest node to the oldest, so that
 * the sum of a few more nodes (those that lengths need) has the others in the same order, and the same bits.
 */
class Contributions<To> {
  readonly #parts = new Map<To, { readonly adjoint: Node; readonly from: number }[]>()

  add(to: To, adjoint: Node, from: number): void {
    const sofar = this.#parts.get(to)
    if (sofar) sofar.push({ adjoint, from })
    else this.#parts.set(to, [{ adjoint, from }])
  }

  total(to: To): Node | undefined {
    const parts = this.#parts.get(to)
    return parts && total(parts.toSorted((a, b) => b.from - a.from).map(({ adjoint }) => adjoint))
  }

  totals(): Map<To, Node> {
    return new Map([...this.#parts.keys()].map((to) => [to, this.total(to)!]))
  }
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
