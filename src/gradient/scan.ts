import {
  add,
  broadcast,
  broadcastOperation,
  capturedBy,
  constant,
  contract,
  contractOperation,
  final,
  insideOf,
  leaf,
  leavesOf,
  mulOperation,
  scanNode,
  sequence,
  substitute,
  sumRows,
  sumRowsOperation,
  addOperation,
  type Node,
  unmaskedOperation,
  weightedSum,
  weightedSumOperation,
  type ScanNode,
  type Shape,
} from '../graph/index.ts'

/** Adjoints that arrive at a scan: of nodes of its step, for all steps, and of states after the last step. */
export interface ScanAdjoints {
  readonly sequences: Map<Node, Node>
  readonly finals: Map<number, Node>
}

/** Who wants the adjoint of a state's new value at every step, in its two parts. */
export interface StateTap {
  readonly scan: ScanNode
  readonly state: number
  give(own: Node, next: Node): void
}

/**
 * Backpropagation through time. The gradient of a scan is a scan the other way round whose states are the adjoints of the
 * states. At each step the adjoint of a new state is one sum of the lecture's two sources of error: `own`, all that arrives
 * through this step's output, and `next`, what the step after it sends back. Gradients of what the step captures (matrices,
 * biases) are taken out of the loop: one contraction over all steps. `pullback` differentiates one step.
 */
export function pullbackScan(
  scan: ScanNode,
  adjoints: ScanAdjoints,
  relevant: ReadonlySet<Node>,
  pullback: (seeds: Iterable<readonly [Node, Node]>, wrt: readonly Node[]) => Map<Node, Node>,
  taps: readonly StateTap[] = [],
): [to: Node, adjoint: Node][] {
  const { axis, reverse, states, steps } = scan.attributes
  const initial = scan.inputs.slice(0, states.length)
  const sequences = scan.inputs.slice(states.length, states.length + steps.length)
  const leaves = leavesOf(scan)
  const roots = [...states.map(({ next }) => next), ...adjoints.sequences.keys()]
  // What is repeated for each row is summed over rows and steps at once.
  const captured = [...new Set(capturedBy(roots, leaves).map(unrepeated))].filter((node) => relevant.has(node))

  // A sum of what arrives may have its rows in another order than the steps.
  const overSteps = ({ shape: { rows, columns } }: Node): Shape => ({ rows: [axis, ...rows], columns })
  const own = [...adjoints.sequences]
    .map(([of, adjoint]) => ({ of, adjoint: broadcast(adjoint, overSteps(of)), leaf: leaf('own', of.shape) }))
    .toSorted((a, b) => b.of.id - a.of.id)
  const next = states.map(({ old }) => leaf('next', old.shape))
  const arriving: [Node, Node][] = [
    ...own.map(({ of, leaf }): [Node, Node] => [of, leaf]),
    ...states.map(({ next: of }, i): [Node, Node] => [of, next[i]!]).toReversed(),
  ]
  const open = steps.filter((_, j) => relevant.has(sequences[j]!))
  const back = pullback(arriving, [...states.map(({ old }) => old), ...open, ...captured])

  const carried = states.map(({ old }) => back.get(old) ?? broadcast(constant(-0), old.shape))
  const flows = [...open, ...captured].filter((node) => back.has(node))
  // The two sources of error one by one, which takes a pullback for each.
  const parts = taps.flatMap(({ state }) => {
    const node = uncovered(states[state]!.next)
    return [arriving.slice(0, own.length), arriving.slice(own.length)].map((source) => {
      return pullback(source, [node]).get(node) ?? broadcast(constant(0), node.shape)
    })
  })
  const wanted = [...carried, ...flows.map((node) => back.get(node)!), ...parts]
  // Values of the forward step become inputs of the backward step.
  const saved = meetings(wanted, insideOf(roots, leaves))
  const values = new Map(saved.map((node) => [node, leaf('saved', node.shape)]))
  const [...rewritten] = substitute(wanted, values)
  const reversed = scanNode(
    {
      axis,
      reverse: !reverse,
      states: next.map((old, i) => ({ old, next: rewritten[i]! })),
      steps: [...own.map(({ leaf }) => leaf), ...values.values()],
    },
    states.map(({ old }, i) => broadcast(adjoints.finals.get(i) ?? constant(0), old.shape)),
    [...own.map(({ adjoint }) => adjoint), ...saved.map((node) => sequence(scan, node))],
  )

  // Nothing may have flowed back, and that was −0.
  const result: [Node, Node][] = initial.map((node, i) => [node, add(final(reversed, i), constant(0))])
  taps.forEach(({ give }, i) => {
    const first = states.length + flows.length + 2 * i
    give(sequence(reversed, rewritten[first]!), sequence(reversed, rewritten[first + 1]!))
  })
  const at = new Map(steps.map((leaf, i) => [leaf, i]))
  flows.forEach((node, i) => {
    const adjoint = rewritten[states.length + i]!
    const step = at.get(node)
    if (step !== undefined) result.push([sequences[step]!, sequence(reversed, adjoint)])
    else result.push([node, overTime(reversed, adjoint)])
  })
  return result
}

const isUnmasked = ({ operation }: Node): boolean => operation === unmaskedOperation

/** A state's new value before lengths choose whether it counts, or would: who builds a recurrence writes one or the other. */
const uncovered = (next: Node): Node => next.inputs[isUnmasked(next) ? 0 : 1]!

/** The nodes of `among` first met from `roots`. */
function meetings(roots: readonly Node[], among: ReadonlySet<Node>): Node[] {
  const met = new Set<Node>()
  const seen = new Set<Node>()
  const pending = [...roots]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (among.has(node)) met.add(node)
    else pending.push(...node.inputs)
  }
  return [...met].sort((a, b) => a.id - b.id)
}

function unrepeated(node: Node): Node {
  while (node.operation === broadcastOperation || isUnmasked(node)) node = node.inputs[0]!
  return node
}

/**
 * Σ over steps of a node of the step; sums over rows within a step become one sum over rows and steps, and what is a number a row
 * times rows is summed without being stored.
 */
function overTime(scan: ScanNode, node: Node): Node {
  const [a, b] = node.inputs
  const { rows } = node.shape
  if (node.operation === contractOperation) return contract(sequence(scan, a!), sequence(scan, b!))
  if (node.operation === sumRowsOperation) return sumRows(sequence(scan, a!), rows)
  if (weighs(node)) {
    const [weight, of] = a!.shape.columns === 1 ? [a!, b!] : [b!, a!]
    return weightedSum(sequence(scan, weight), sequence(scan, of), rows)
  }
  if (node.operation === addOperation && reduces(node)) return add(overTime(scan, a!), overTime(scan, b!))
  return sumRows(sequence(scan, node), rows)
}

/** Whether it is rows times a number each, one of them over fewer rows than the result. */
const weighs = ({ operation, inputs, shape }: Node): boolean =>
  operation === weightedSumOperation ||
  (operation === mulOperation &&
    inputs.some(({ shape: { columns } }) => columns === 1) &&
    inputs.some(({ shape: { rows } }) => rows.length > 0 && rows.length < shape.rows.length))

const reduces = (node: Node): boolean =>
  node.operation === contractOperation ||
  node.operation === sumRowsOperation ||
  weighs(node) ||
  (node.operation === addOperation && node.inputs.some(reduces))
