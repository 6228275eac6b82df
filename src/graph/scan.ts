import { UnrolledError } from '../error.ts'
import { evaluate } from './evaluate.ts'
import { constant, leaf } from './leaves.ts'
import { broadcastShape, node, shapeText, type Node, type Operation, type Shape } from './node.ts'
import { broadcast } from './operations/broadcast.ts'
import { bottomUp } from './rewrite.ts'
import { less } from './operations/less.ts'
import { position } from './operations/position.ts'
import { select } from './operations/select.ts'
import { unmasked } from './operations/unmasked.ts'
import { zeros, type Value } from './value.ts'

/** A state of a scan: the leaf its step reads, and the node of the step that becomes its new value. */
export interface ScanState {
  /** The leaf, `[batch] × columns`. */
  readonly old: Node
  /** Its new value, as wide. */
  readonly next: Node
}

/** What a scan is: its step graph, spanned between leaves and the states' new values. */
export interface ScanAttributes {
  /** What its steps are counted along: `time` or `source`. */
  readonly axis: string
  /** Whether it goes from the last step to the first. */
  readonly reverse: boolean
  /** What is carried, in the order in which the scan is given what that begins from. */
  readonly states: readonly ScanState[]
  /** The leaves that stand for the inputs of one step. */
  readonly steps: readonly Node[]
}

/** A recurrence as one node. It has no array of its own: what its steps give, and its last states, are nodes that see into it. */
export type ScanNode = Node<ScanAttributes>
export type SequenceNode = Node<{ readonly of: Node }>
export type FinalNode = Node<{ readonly state: number }>

interface ScanValue extends Value {
  /** By step in the order of the axis: the values of all leaves. */
  readonly leaves: readonly (readonly Value[])[]
  readonly captured: ReadonlyMap<Node, Value>
  readonly final: readonly Value[]
}

/** Inputs of a scan node: initial states, then sequences for the steps, then what the step captures from outside. */
export const scanOperation: Operation<ScanAttributes> = {
  name: 'scan',
  kind: 'loop',
  varies: true,
  evaluate: (node, inputs, context) => {
    const { states, steps, reverse } = node.attributes
    const sequences = inputs.slice(states.length, states.length + steps.length)
    const captured = captures(node, inputs)
    let old = inputs.slice(0, states.length)
    const extent = context.extents[node.attributes.axis]!
    const leaves = new Array<Value[]>(extent)
    for (let i = 0; i < extent; i++) {
      const t = reverse ? extent - 1 - i : i
      leaves[t] = [...old, ...sequences.map((sequence) => at(sequence, t))]
      const known = bind(node, leaves[t]!, captured)
      const { position: _, ...outer } = context
      old = evaluate(
        states.map(({ next }) => next),
        known,
        { ...outer, position: t },
      )
    }
    const result: ScanValue = {
      shape: node.shape,
      extents: [],
      data: new Float64Array(0),
      leaves,
      captured,
      final: old,
    }
    return result
  },
}

/** One step's view of [time, ...rest]. */
function at(sequence: Value, t: number): Value {
  const [, ...rows] = sequence.shape.rows
  const [, ...extents] = sequence.extents
  const size = extents.reduce((a, b) => a * b, 1) * sequence.shape.columns
  return {
    shape: { rows, columns: sequence.shape.columns },
    extents,
    data: sequence.data.subarray(t * size, (t + 1) * size),
  }
}

function captures(scan: ScanNode, inputs: readonly Value[]): Map<Node, Value> {
  const first = scan.attributes.states.length + scan.attributes.steps.length
  return new Map(scan.inputs.slice(first).map((captured, i) => [captured, inputs[first + i]!]))
}

const bind = (scan: ScanNode, leaves: readonly Value[], captured: ReadonlyMap<Node, Value>): Map<Node, Value> =>
  new Map([...leavesOf(scan).map((leaf, i) => [leaf, leaves[i]!] as const), ...captured])

/** The leaves of a scan's step: old states, then inputs of the step. */
export const leavesOf = ({ attributes: { states, steps } }: ScanNode): Node[] => [
  ...states.map(({ old }) => old),
  ...steps,
]

/** Inputs of a sequence node: the scan, then what the observed node captures and the scan does not. */
export const sequenceOperation: Operation<{ readonly of: Node }> = {
  name: 'sequence',
  kind: 'view',
  seen: ({ attributes: { of } }) => ({ of }),
  evaluate: (node, [run, ...values], context) => {
    const scan = node.inputs[0] as ScanNode
    const result = zeros(node.shape, context)
    const captured = new Map((run as ScanValue).captured)
    node.inputs.slice(1).forEach((capture, i) => captured.set(capture, values[i]!))
    ;(run as ScanValue).leaves.forEach((leaves, t) => {
      const [value] = evaluate([node.attributes.of], bind(scan, leaves, captured), { ...context, position: t })
      result.data.set(value!.data, t * value!.data.length)
    })
    return result
  },
}

export const finalOperation: Operation<{ readonly state: number }> = {
  name: 'final',
  kind: 'view',
  seen: ({ inputs: [scan], attributes: { state } }) => ({
    of: (scan as ScanNode).attributes.states[state]!.old,
    last: true,
  }),
  evaluate: (node, [run]) => (run as ScanValue).final[node.attributes.state]!,
}

/** The nodes outside a step that `roots`, seen from inside it, depend on; in the order met. */
export function capturedBy(roots: readonly Node[], leaves: readonly Node[]): Node[] {
  const inside = insideOf(roots, leaves)
  const captured = new Set<Node>()
  for (const root of roots) if (!inside.has(root)) captured.add(root)
  for (const node of inside) for (const input of node.inputs) if (!inside.has(input)) captured.add(input)
  return [...captured]
}

/** The nodes under `roots` that depend on any of `leaves`, leaves included; inputs before users. */
export function insideOf(roots: readonly Node[], leaves: readonly Node[]): Set<Node> {
  const inside = new Set(leaves)
  let lowest = Infinity
  for (const { id } of leaves) lowest = Math.min(lowest, id)
  bottomUp(
    roots,
    // Nothing older than the leaves can depend on them.
    (node) => node.id >= lowest && !inside.has(node),
    (node) => {
      if (node.inputs.some((input) => inside.has(input))) inside.add(node)
    },
  )
  return inside
}

/** Makes a scan node from leaves and states; `scan` below is the usual way. */
export function scanNode(attributes: ScanAttributes, initial: readonly Node[], sequences: readonly Node[]): ScanNode {
  const roots = attributes.states.map(({ next }) => next)
  const leaves = [...attributes.states.map(({ old }) => old), ...attributes.steps]
  const captured = leaves.length === 0 ? [] : capturedBy(roots, leaves)
  return node(scanOperation, [...initial, ...sequences, ...captured], attributes, { rows: [], columns: 0 })
}

/** What a node of the step is at every step: [time, ...its rows]. Of an old state: its values before each step. */
export function sequence(scan: ScanNode, of: Node): Node {
  const step = scan.attributes.steps.indexOf(of)
  if (step >= 0) return scan.inputs[scan.attributes.states.length + step]!
  const captured = furtherCaptures(scan, of)
  const shape = { rows: [scan.attributes.axis, ...of.shape.rows], columns: of.shape.columns }
  return node(sequenceOperation, [scan, ...captured], { of }, shape)
}

/**
 * For each scan, what the nodes of its step capture beyond what its states do; undefined for nodes outside. Kept, because a step
 * is looked at through many of its nodes.
 */
const further = new WeakMap<ScanNode, Map<Node, ReadonlySet<Node> | undefined>>()
const nothing: ReadonlySet<Node> = new Set()

function furtherCaptures(scan: ScanNode, of: Node): readonly Node[] {
  const leaves = leavesOf(scan)
  const nexts = scan.attributes.states.map(({ next }) => next)
  const known = further.get(scan) ?? new Map([...insideOf(nexts, leaves)].map((node) => [node, nothing]))
  further.set(scan, known)
  const own = new Set(scan.inputs.slice(leaves.length))
  const lowest = leaves.reduce((least, { id }) => Math.min(least, id), Infinity)
  bottomUp(
    [of],
    (node) => node.id >= lowest && !known.has(node),
    (node) => {
      if (!node.inputs.some((input) => known.get(input))) return void known.set(node, undefined)
      const sets = new Set(
        node.inputs.map((input) => known.get(input) ?? (own.has(input) ? nothing : new Set([input]))),
      )
      const all = [...sets].filter((set) => set.size > 0)
      known.set(node, all.length > 1 ? new Set(all.flatMap((set) => [...set])) : (all[0] ?? nothing))
    },
  )
  return [...(known.get(of) ?? [of])].filter((node) => !own.has(node))
}

/** The value of state number `state` after the last step. */
export const final = (scan: ScanNode, state: number): Node =>
  node(finalOperation, [scan], { state }, scan.attributes.states[state]!.old.shape)

/** A recurrence over an axis. */
export interface Recurrence {
  /** What its steps are counted along, `time` or `source`; `time`. */
  readonly axis?: string
  /** From the last step to the first; false. */
  readonly reverse?: boolean
  /** States before the first step, `[batch] × n` each. */
  readonly initial: readonly Node[]
  /** Sequences whose elements the steps see, `[time, batch] × n` each. */
  readonly steps: readonly Node[]
  /** `[batch] × 1`: a sequence past its length keeps its states, and its outputs are zero. Absent, all go through every step. */
  readonly lengths?: Node
  /** One step, from old states and this step's inputs to new states (same order) and outputs. */
  readonly step: (
    states: readonly Node[],
    inputs: readonly Node[],
  ) => { next: readonly Node[]; outputs: readonly Node[] }
}

/** Runs a step over time; gives the outputs of every step and the states after the last. */
export function scan(recurrence: Recurrence): { outputs: Node[]; final: Node[]; node: ScanNode } {
  const { axis = 'time', reverse = false, initial, lengths } = recurrence
  const inputs = lengths ? [...recurrence.steps, less(position(axis), lengths)] : recurrence.steps
  const old = initial.map(({ shape }, i) => leaf(`state ${i}`, shape))
  const steps = inputs.map(({ shape }, i) => leaf(`step ${i}`, withoutAxis(shape, axis)))
  const made = recurrence.step(old, steps.slice(0, recurrence.steps.length))
  const valid = lengths && steps.at(-1)!
  const next = made.next.map((node, i) => {
    const { shape } = old[i]!
    if (node.shape.columns !== shape.columns) {
      throw new UnrolledError(
        'shape',
        `scan: state ${i} is ${shapeText(shape)}, its new value ${shapeText(node.shape)}`,
      )
    }
    const full = broadcast(node, shape)
    return valid ? select(valid, full, old[i]!) : unmasked(full)
  })
  const states = old.map((leaf, i) => ({ old: leaf, next: next[i]! }))
  const result = scanNode({ axis, reverse, states, steps }, initial, inputs)
  const outputs = made.outputs.map((output) => sequence(result, valid ? masked(valid, output) : unmasked(output)))
  return { outputs, final: states.map((_, i) => final(result, i)), node: result }
}

/** A step's output where a sequence has that step, else zero. What is the same in all rows is repeated first, as states are. */
const masked = (valid: Node, output: Node): Node =>
  select(valid, broadcast(output, broadcastShape('scan', [valid.shape, output.shape])), constant(0))

function withoutAxis(shape: Shape, axis: string): Shape {
  if (shape.rows[0] !== axis) {
    throw new UnrolledError('shape', `scan: a sequence over ${axis} was expected, not ${shapeText(shape)}`)
  }
  return { rows: shape.rows.slice(1), columns: shape.columns }
}
