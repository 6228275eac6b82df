import {
  capturedBy,
  final,
  finalOperation,
  leavesOf,
  node,
  asMade,
  scanNode,
  scanOperation,
  sequence,
  sequenceOperation,
  rewrite,
  substitute,
  type FinalNode,
  type Node,
  type ScanNode,
  type SequenceNode,
} from '../graph/index.ts'

/** A scan taken apart, to be changed by a pass and put together again. */
export interface ScanDraft {
  readonly axis: string
  readonly reverse: boolean
  readonly states: readonly { readonly old: Node; readonly next: Node; readonly initial: Node }[]
  readonly steps: readonly { readonly leaf: Node; readonly outer: Node }[]
  /** For each node of the step that is seen from outside: how to see it, given the new scan. */
  readonly observed: ReadonlyMap<Node, Observation>
}

/** The node of the step, and the sequence of it over the new scan. */
export interface Observation {
  readonly node: Node
  readonly view: (scan: ScanNode) => Node
}

export interface Rules {
  /** Nodes outside of scans in whose place others stand. */
  readonly given?: ReadonlyMap<Node, Node>
  /** Changes a node outside of scans, its inputs being changed already. */
  readonly outer?: (node: Node, original: Node) => Node
  readonly scan?: (draft: ScanDraft) => ScanDraft
}

/** Rewrites a graph from its inputs to its roots, steps of scans included. The heart of every pass. */
export function rewriteGraph(roots: readonly Node[], rules: Rules): Node[] {
  const order = asMade(roots)
  const observed = observations(order)
  const memo = new Map<Node, Node>()
  const sequences = new Map<Node, (scan: ScanNode) => Node>()
  for (const original of order) {
    const inputs = original.inputs.map((input) => memo.get(input)!)
    const given = rules.given?.get(original)
    if (given) memo.set(original, given)
    else if (original.operation === scanOperation) {
      const scan = original as ScanNode
      const draft = takeApart(scan, inputs, observed.get(scan) ?? [], memo)
      const changed = rules.scan?.(draft) ?? draft
      memo.set(original, putTogether(changed))
      for (const [of, { view }] of changed.observed) sequences.set(of, view)
    } else if (original.operation === sequenceOperation) {
      const view = sequences.get((original as SequenceNode).attributes.of)!
      memo.set(original, view(memo.get(original.inputs[0]!) as ScanNode))
    } else if (original.operation === finalOperation) {
      memo.set(original, final(inputs[0] as ScanNode, (original as FinalNode).attributes.state))
    } else {
      const same = inputs.every((input, i) => input === original.inputs[i])
      const kept = same ? original : node(original.operation, inputs, original.attributes, original.shape)
      memo.set(original, rules.outer?.(kept, original) ?? kept)
    }
  }
  return roots.map((root) => memo.get(root)!)
}

/** The nodes of each scan's step that are seen from outside. */
export function observations(order: readonly Node[]): Map<ScanNode, Node[]> {
  const result = new Map<ScanNode, Set<Node>>()
  for (const node of order) {
    if (node.operation !== sequenceOperation) continue
    const scan = node.inputs[0] as ScanNode
    const { of } = (node as SequenceNode).attributes
    const sofar = result.get(scan) ?? new Set()
    result.set(scan, sofar.add(of))
  }
  return new Map([...result].map(([scan, nodes]) => [scan, [...nodes]]))
}

function takeApart(
  scan: ScanNode,
  inputs: readonly Node[],
  observed: readonly Node[],
  memo: ReadonlyMap<Node, Node>,
): ScanDraft {
  const { axis, reverse, states, steps } = scan.attributes
  const roots = [...states.map(({ next }) => next), ...observed]
  const captured = capturedBy(roots, leavesOf(scan))
  const changed = substitute(roots, new Map(captured.map((node) => [node, memo.get(node)!])))
  return {
    axis,
    reverse,
    states: states.map(({ old }, i) => ({ old, next: changed[i]!, initial: inputs[i]! })),
    steps: steps.map((leaf, i) => ({ leaf, outer: inputs[states.length + i]! })),
    observed: new Map(
      observed.map((of, i) => {
        const node = changed[states.length + i]!
        return [of, { node, view: (scan) => sequence(scan, node) }]
      }),
    ),
  }
}

const putTogether = ({ axis, reverse, states, steps }: ScanDraft): ScanNode =>
  scanNode(
    { axis, reverse, states: states.map(({ old, next }) => ({ old, next })), steps: steps.map(({ leaf }) => leaf) },
    states.map(({ initial }) => initial),
    steps.map(({ outer }) => outer),
  )

/** The nodes of a draft's step that its states or its observers need. */
export const rootsOf = (draft: ScanDraft): Node[] => [
  ...draft.states.map(({ next }) => next),
  ...[...draft.observed.values()].map(({ node }) => node),
]

/** The leaves of a draft's step: old states, then inputs of the step. */
export const leavesOfDraft = ({ states, steps }: ScanDraft): Node[] => [
  ...states.map(({ old }) => old),
  ...steps.map(({ leaf }) => leaf),
]

/** A draft with the nodes of its step changed by a rule, inputs before users; what the step captures stays as it is. */
export function rewriteStep(draft: ScanDraft, replace: Parameters<typeof rewrite>[1]): ScanDraft {
  const roots = rootsOf(draft)
  const captured = capturedBy(roots, leavesOfDraft(draft))
  const changed = rewrite(roots, replace, new Map(captured.map((node) => [node, node])))
  const by = new Map(roots.map((root, i) => [root, changed[i]!]))
  return withStep(draft, (root) => by.get(root)!)
}

/** A draft with the nodes of its step replaced by what `change` makes of them. */
export const withStep = (draft: ScanDraft, change: (node: Node) => Node): ScanDraft => ({
  ...draft,
  states: draft.states.map((state) => ({ ...state, next: change(state.next) })),
  observed: new Map(
    [...draft.observed].map(([of, { node }]) => {
      const changed = change(node)
      return [of, { node: changed, view: (scan) => sequence(scan, changed) }]
    }),
  ),
})
