import {
  capturedBy,
  constant,
  mul,
  node,
  positionOperation,
  rewrite,
  substitute,
  type Node,
  type Operation,
} from '../graph/index.ts'
import { rewriteGraph, rootsOf, withStep, type ScanDraft } from './rewrite-graph.ts'

/**
 * A kernel knows its outer index, or the step of the loop it stands in. What reads the position along another axis gets it as an
 * array, in which it is listed.
 */
export function listPositions(roots: readonly Node[]): Node[] {
  const lists = new Map<Node, Node>()
  const listed: Listed = (view) => {
    const position = positionOf(view)
    if (!position) return view
    // No sum: what sums add up is taken out of them.
    if (!lists.has(position)) lists.set(position, mul(position, constant(1)))
    return substitute([view], lists)[0]!
  }
  const changed = rewriteGraph(roots, {
    outer: (kept) => (kept.operation.kind === 'view' ? kept : withInputs(kept, (input) => readBy(kept, input, listed))),
    scan: (draft) => listInStep(draft, listed),
  })
  return changed.map((root) => readBy(root, root, listed))
}

/** The same view of an array that lists the position it sees, if it sees one. */
type Listed = (view: Node) => Node

type PositionNode = Node<{ readonly axis: string }>

/** The position behind a node, through all views of it. */
function positionOf(node: Node): PositionNode | undefined {
  for (let seen: Node | undefined = node; seen; seen = seen.operation.seen?.(seen).of)
    if (seen.operation === (positionOperation as Operation)) return seen as PositionNode
  return undefined
}

/** An input as a node reads it that stands in no step: a kernel over two axes at most counts along the first. */
function readBy({ operation: { kind }, shape: { rows } }: Node, input: Node, listed: Listed): Node {
  const axis = positionOf(input)?.attributes.axis
  const counts = kind === 'pointwise' || kind === 'view' || kind === 'inline'
  return axis === undefined || (counts && rows[0] === axis && rows.length <= 2) ? input : listed(input)
}

function withInputs(kept: Node, change: (input: Node) => Node): Node {
  const inputs = kept.inputs.map(change)
  const same = inputs.every((input, i) => input === kept.inputs[i])
  return same ? kept : node(kept.operation, inputs, kept.attributes, kept.shape)
}

function listInStep(draft: ScanDraft, listed: Listed): ScanDraft {
  const inStep = (seen: Node): Node => (positionOf(seen)?.attributes.axis === draft.axis ? seen : listed(seen))
  const roots = rootsOf(draft)
  const leaves = [...draft.states.map(({ old }) => old), ...draft.steps.map(({ leaf }) => leaf)]
  const captured = capturedBy(roots, leaves)
  const known = [
    ...leaves.map((leaf): [Node, Node] => [leaf, leaf]),
    ...captured.map((node): [Node, Node] => [node, inStep(node)]),
  ]
  const changed = rewrite(roots, () => undefined, new Map(known))
  const by = new Map(roots.map((root, i) => [root, changed[i]!]))
  const step = withStep(draft, (root) => by.get(root)!)
  return {
    ...step,
    states: step.states.map((state) => ({ ...state, initial: listed(state.initial) })),
    steps: step.steps.map((one) => ({ ...one, outer: inStep(one.outer) })),
  }
}
