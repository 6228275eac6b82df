import {
  dependencies,
  insideOf,
  leavesOf,
  ordered,
  scanOperation,
  type Node,
  type RowAxis,
  type ScanNode,
} from '../graph/index.ts'
import { isProduct, lastLink } from './product.ts'
import { observations } from './rewrite-graph.ts'

/**
 * When a unit runs: `prepare` depends on parameters alone; `finish` on sums over all windows of an update.
 */
export type Phase = 'prepare' | 'body' | 'finish'

/** Pointwise nodes that become one kernel, inputs before users. All have the same rows and columns. */
export interface Kernel {
  readonly kind: 'kernel'
  readonly phase: Phase
  readonly nodes: readonly Node[]
  readonly rows: readonly RowAxis[]
  readonly columns: number
}

/** A node that is an instruction of its own. */
export interface Single {
  readonly kind: 'single'
  readonly phase: Phase
  readonly level: number
  readonly node: Node
  /** Whether further windows of the update add to it, and what depends on it waits for the last of them. */
  readonly sum: boolean
}

/** A scan: the units of its step. */
export interface Loop {
  readonly kind: 'loop'
  readonly phase: Phase
  readonly scan: ScanNode
  readonly units: readonly (Kernel | Single)[]
}

export type Unit = Kernel | Single | Loop

/** Whether a node is there already: handed in, another way of seeing an array, or a number. */
export const isView = ({ operation: { kind } }: Node): boolean =>
  kind === 'given' || kind === 'view' || kind === 'inline'
export const isPointwise = ({ operation }: Node): boolean => operation.kind === 'pointwise'
/** Constants and positions are written into each kernel. */
export const isInline = ({ operation }: Node): boolean => operation.kind === 'inline'

const isNamed = ({ shape }: Node): boolean => shape.rows.some((axis) => typeof axis === 'string')

/**
 * Sums over all rows of a window, which further windows of the update add to. Where rows of the window depend on one again, it
 * is the window's own.
 */
function windowSums(order: readonly Node[], needs: (node: Node) => readonly Node[]): Set<Node> {
  const read = new Set<Node>()
  const sums = new Set<Node>()
  for (const node of order.toReversed()) {
    const runs = isNamed(node) || node.operation === scanOperation || read.has(node)
    if (runs) for (const need of needs(node)) read.add(need)
    else if (node.operation.kind === 'reduction' && node.inputs.some(isNamed)) sums.add(node)
  }
  return sums
}

/**
 * Fuse: the order of computation, with all pointwise work between two products in one kernel. Within a block a node's level
 * is one more than that of the products it waits for; pointwise nodes of a level, of the same rows and columns, are a kernel.
 */
export function unitsOf(roots: readonly Node[], rankOf: (w: Node) => number): Unit[] {
  const order = ordered(roots)
  const observed = observations(order)
  const needs = dependencies(roots)
  const sums = windowSums(order, needs)
  const phases = phasesOf(order, needs, sums)
  const steps = new Map<ScanNode, readonly (Kernel | Single)[]>()
  for (const [scan, units] of order
    .filter((node) => node.operation === scanOperation)
    .map(
      (node) => [node as ScanNode, stepUnits(node as ScanNode, observed.get(node as ScanNode) ?? [], rankOf)] as const,
    )) {
    steps.set(scan, units)
  }
  const phaseOf = (node: Node): Phase => phases.get(node)!
  return inOrder(order, needs, roots, phaseOf, rankOf, sums).map((unit) =>
    unit.kind === 'single' && unit.node.operation === scanOperation
      ? { kind: 'loop', phase: unit.phase, scan: unit.node as ScanNode, units: steps.get(unit.node as ScanNode)! }
      : unit,
  )
}

function stepUnits(scan: ScanNode, observed: readonly Node[], rankOf: (w: Node) => number): (Kernel | Single)[] {
  const roots = [...scan.attributes.states.map(({ next }) => next), ...observed]
  const inside = insideOf(roots, leavesOf(scan))
  const order = ordered(roots, new Set(leavesOf(scan))).filter((node) => inside.has(node))
  const needs = (node: Node): Node[] => node.inputs.filter((input) => inside.has(input))
  return inOrder(order, needs, roots, () => 'body', rankOf, new Set())
}

function phasesOf(
  order: readonly Node[],
  needs: (node: Node) => readonly Node[],
  sums: ReadonlySet<Node>,
): Map<Node, Phase> {
  const phases = new Map<Node, Phase>()
  for (const node of order) {
    const before = needs(node)
    const phase = before.some((need) => sums.has(need) || phases.get(need) === 'finish')
      ? 'finish'
      : node.operation.varies || isNamed(node) || before.some((need) => phases.get(need) === 'body')
        ? 'body'
        : 'prepare'
    phases.set(node, phase)
  }
  return phases
}

/** Levels, then units: at each level first what stands alone, then kernels, those over fewer rows first. */
function inOrder(
  order: readonly Node[],
  needs: (node: Node) => readonly Node[],
  roots: readonly Node[],
  phaseOf: (node: Node) => Phase,
  rankOf: (w: Node) => number,
  sums: ReadonlySet<Node>,
): (Kernel | Single)[] {
  const levels = levelsOf(order, needs, new Set(roots))
  const units: { level: number; unit: Kernel | Single }[] = []
  const kernels = new Map<string, Node[]>()
  for (const node of order) {
    if (isView(node)) continue
    const level = levels.get(node)!
    const phase = phaseOf(node)
    if (!isPointwise(node)) {
      units.push({ level, unit: { kind: 'single', phase, level, node, sum: sums.has(node) } })
      continue
    }
    const { rows, columns } = node.shape
    const key = `${level} ${phase} ${rows.join()} × ${columns}`
    const nodes = kernels.get(key)
    if (nodes) {
      nodes.push(node)
      continue
    }
    const made = [node]
    kernels.set(key, made)
    units.push({ level, unit: { kind: 'kernel', phase, nodes: made, rows, columns } })
  }
  const weight = (unit: Kernel | Single): number =>
    unit.kind === 'single' ? 0 : 1 + 2 * unit.rows.length + (unit.columns > 1 ? 1 : 0)
  // What waits for all windows runs last, however little it waits for within one.
  const waits = ({ phase }: Kernel | Single): number => (phase === 'finish' ? 1 : 0)
  return units
    .toSorted(
      (a, b) =>
        waits(a.unit) - waits(b.unit) ||
        a.level - b.level ||
        weight(a.unit) - weight(b.unit) ||
        neighbours(a.unit, b.unit, rankOf),
    )
    .map(({ unit }) => unit)
}

/** What instructions of one kind that become one have in common: a product's operand, the rows that are looked up. */
export const sharedInput = (node: Node): Node | undefined => (isProduct(node) ? lastLink(node).a : node.inputs[1])

/** Products of one operand stand together, in the order of their parameters, so that they can become one. */
function neighbours(a: Kernel | Single, b: Kernel | Single, rankOf: (w: Node) => number): number {
  if (a.kind !== 'single' || b.kind !== 'single') return 0
  const shared = ({ node }: Single): number => sharedInput(node)?.id ?? 0
  const rank = ({ node }: Single): number => (isProduct(node) ? rankOf(lastLink(node).w) : (node.inputs[0]?.id ?? 0))
  return a.node.operation.name.localeCompare(b.node.operation.name) || shared(a) - shared(b) || rank(a) - rank(b)
}

function levelsOf(
  order: readonly Node[],
  needs: (node: Node) => readonly Node[],
  roots: ReadonlySet<Node>,
): Map<Node, number> {
  const levels = new Map<Node, number>()
  const users = new Map<Node, Node[]>()
  // What a kernel makes, or is a view of that.
  const made = new Set<Node>()
  for (const node of order) {
    let before = 0
    for (const need of needs(node)) {
      before = Math.max(before, levels.get(need)!)
      const sofar = users.get(need)
      if (sofar) sofar.push(node)
      else users.set(need, [node])
    }
    const fused = isPointwise(node) || (isView(node) && node.inputs.some((input) => made.has(input)))
    // Some columns of what a kernel makes are there when it is done: a kernel is as wide as what it reads, or reads one column.
    const cut = node.operation.seen?.(node).from !== undefined && fused
    if (fused && !cut) made.add(node)
    const waits = cut || (!isPointwise(node) && !isView(node))
    levels.set(node, waits ? before + 1 : before)
  }
  // A pointwise node that only later kernels of its shape read moves into them.
  for (const node of order.toReversed()) {
    if (!isPointwise(node) || roots.has(node)) continue
    const all = users.get(node) ?? []
    const joins = all.length > 0 && all.every((user) => isPointwise(user) && sameSpan(user, node))
    if (joins) levels.set(node, Math.min(...all.map((user) => levels.get(user)!)))
  }
  return levels
}

const sameSpan = (a: Node, b: Node): boolean =>
  a.shape.columns === b.shape.columns && a.shape.rows.join() === b.shape.rows.join()
