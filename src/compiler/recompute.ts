import {
  insideOf,
  leaf as makeLeaf,
  leavesOf as leavesOfScan,
  node,
  ordered,
  sequence,
  sequenceOperation,
  type Node,
  type ScanNode,
  type SequenceNode,
} from '../graph/index.ts'
import { rewriteGraph, rewriteStep, type ScanDraft } from './rewrite-graph.ts'

/**
 * Save or recompute: where a backward step reads a saved value of the forward step that is a cheap function of other values
 * it reads, the value is computed again and no longer stored.
 */
export function recompute(roots: readonly Node[]): Node[] {
  const others = usesAsData(roots)
  return rewriteGraph(roots, { scan: (draft) => recomputeStep(draft, others) })
}

/** How many places use the sequence of each node of a step. */
function usesAsData(roots: readonly Node[]): Map<Node, number> {
  const uses = new Map<Node, number>()
  for (const user of ordered(roots)) {
    for (const input of user.inputs) {
      if (input.operation !== sequenceOperation) continue
      const { of } = (input as SequenceNode).attributes
      uses.set(of, (uses.get(of) ?? 0) + 1)
    }
  }
  return uses
}

function recomputeStep(draft: ScanDraft, uses: ReadonlyMap<Node, number>): ScanDraft {
  const saved = new Map<Node, Node>()
  for (const { leaf, outer } of draft.steps) {
    if (outer.operation === sequenceOperation) saved.set((outer as SequenceNode).attributes.of, leaf)
  }
  const insides = new Map<ScanNode, ReadonlySet<Node>>()
  const insideScan = (scan: ScanNode): ReadonlySet<Node> => {
    const known = insides.get(scan) ?? insideOf([...saved.keys()], leavesOfScan(scan))
    insides.set(scan, known)
    return known
  }
  const steps = [...draft.steps]
  const dropped = new Map<Node, Node>()
  for (const { leaf, outer } of draft.steps) {
    if (outer.operation !== sequenceOperation) continue
    const { of } = (outer as SequenceNode).attributes
    const scan = outer.inputs[0] as ScanNode
    if (!of.operation.cheap || (uses.get(of) ?? 0) > 1) continue
    const inside = insideScan(scan)
    const inputs = of.inputs.map((input) => {
      if (!inside.has(input) || input.operation.kind === 'inline') return input
      const known = saved.get(input)
      if (known) return known
      const step = scan.attributes.steps.indexOf(input)
      if (step < 0 && !scan.attributes.states.some(({ old }) => old === input)) return undefined
      const sequenceOfLeaf = sequence(scan, input)
      const read = { leaf: makeLeaf('read', input.shape), outer: sequenceOfLeaf }
      steps.push(read)
      saved.set(input, read.leaf)
      return read.leaf
    })
    if (inputs.includes(undefined)) continue
    dropped.set(leaf, node(of.operation, inputs as Node[], of.attributes, of.shape))
  }
  if (dropped.size === 0) return draft
  // A dropped value may itself be made of dropped values: those are substituted in turn, oldest first.
  const resolved = new Map<Node, Node>()
  for (const [leaf, { operation, inputs, attributes, shape }] of dropped) {
    const known = inputs.map((input) => resolved.get(input) ?? input)
    resolved.set(leaf, node(operation, known, attributes, shape))
  }
  const result = rewriteStep(draft, (node) => resolved.get(node))
  return { ...result, steps: steps.filter(({ leaf }) => !resolved.has(leaf)) }
}
