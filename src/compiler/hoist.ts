import { UnrolledError } from '../error.ts'
import {
  add,
  addOperation,
  bottomUp,
  gather,
  gatherOperation,
  insideOf,
  leaf,
  leafOperation,
  matmul,
  matmulOperation,
  matmulTransposedOperation,
  node,
  sequence,
  shapeText,
  type Node,
} from '../graph/index.ts'
import { leavesOfDraft, rewriteGraph, rootsOf, withStep, type Observation, type ScanDraft } from './rewrite-graph.ts'
import { countUses, innerSums, sumOf, termsOf } from './sums.ts'

/** Up to this many rows, a table is multiplied instead of the rows gathered from it. */
const smallTable = 512

/**
 * Takes out of a loop every product that does not wait for a state, so that it becomes one product of (time × batch) rows:
 * before the loop what depends on the inputs alone, behind it what only the outputs need. A product of rows gathered from a
 * small table becomes a gather from the table's product.
 */
export const hoist = (roots: readonly Node[]): Node[] =>
  rewriteGraph(roots, { outer: throughGather, scan: (draft) => sink(lift(regroup(draft))) })

const isProduct = ({ operation }: Node): boolean =>
  operation === matmulOperation || operation === matmulTransposedOperation

/** W @ table[ids] = (W @ table)[ids], and the same for a bias added to it. */
function throughGather(node: Node): Node {
  const [a, b] = node.inputs
  if (node.operation === matmulOperation && isSmallGather(b!)) return gather(matmul(a!, b!.inputs[0]!), b!.inputs[1]!)
  if (node.operation === addOperation) {
    for (const [vector, rows] of [
      [a!, b!],
      [b!, a!],
    ] as const) {
      if (vector.shape.rows.length === 0 && rows.operation === gatherOperation && isProduct(rows.inputs[0]!)) {
        return gather(add(vector, rows.inputs[0]!), rows.inputs[1]!)
      }
    }
  }
  return node
}

const isSum = ({ operation }: Node): boolean => operation === addOperation

const isSmallGather = ({ operation, inputs: [table] }: Node): boolean =>
  operation === gatherOperation && (table!.shape.rows[0] as number) <= smallTable

/** What of a draft's step depends on its states. */
const dependent = (draft: ScanDraft): Set<Node> =>
  insideOf(
    rootsOf(draft),
    draft.states.map(({ old }) => old),
  )

/** The sequence behind each input of a draft's step. */
const outersOf = ({ steps }: ScanDraft): Map<Node, Node> => new Map(steps.map(({ leaf, outer }) => [leaf, outer]))

/**
 * Orders sums that contain products: first what does not depend on a state, biases before products; then the rest. A sum that
 * the step captures is one term, whoever else reads it, so that an ordered sum stays as it is when it is ordered again.
 */
function regroup(draft: ScanDraft): ScanDraft {
  const roots = rootsOf(draft)
  const inside = insideOf(roots, leavesOfDraft(draft))
  const waiting = dependent(draft)
  const uses = countUses(roots, (node) => inside.has(node))
  const inner = innerSums(inside, uses)
  const memo = new Map<Node, Node>()
  const change = (node: Node): Node => memo.get(node) ?? node
  for (const original of inside) {
    const terms = isSum(original) && !inner.has(original) ? termsOf(original, inner) : []
    const result = terms.some(isProduct)
      ? sumOf(
          [
            ...terms.filter((term) => !waiting.has(term) && !isProduct(term)),
            ...terms.filter((term) => !waiting.has(term) && isProduct(term)),
            ...terms.filter((term) => waiting.has(term) && isProduct(term)),
            ...terms.filter((term) => waiting.has(term) && !isProduct(term)),
          ].map(change),
          original.shape,
        )
      : withInputs(original, original.inputs.map(change))
    memo.set(original, result)
  }
  return withStep(draft, change)
}

const withInputs = (original: Node, inputs: readonly Node[]): Node =>
  inputs.every((input, i) => input === original.inputs[i])
    ? original
    : node(original.operation, inputs, original.attributes, original.shape)

/** Products of the step's inputs, with the sums they stand in, become inputs of the step themselves. */
function lift(draft: ScanDraft): ScanDraft {
  const inside = insideOf(rootsOf(draft), leavesOfDraft(draft))
  const waiting = dependent(draft)
  const outerOf = outersOf(draft)
  const outer = outside(draft.axis, (original) => (inside.has(original) ? outerOf.get(original) : original))
  const sums = new Set<Node>()
  const memo = new Map<Node, Node>()
  const change = (node: Node): Node => memo.get(node) ?? node
  const steps = [...draft.steps]
  for (const original of inside) {
    if (isProduct(original) || (isSum(original) && original.inputs.some((input) => sums.has(input)))) sums.add(original)
    let result = withInputs(original, original.inputs.map(change))
    if (!waiting.has(original) && sums.has(original)) {
      result = leaf('hoisted', original.shape, true)
      steps.push({ leaf: result, outer: outer(original) })
    }
    memo.set(original, result)
  }
  const changed = withStep(draft, change)
  const read = countUses(rootsOf(changed))
  return { ...changed, steps: steps.filter(({ leaf }) => read.has(leaf)) }
}

/** Outputs that no state needs and that contain a product are computed behind the loop. */
function sink(draft: ScanDraft): ScanDraft {
  const inside = insideOf(rootsOf(draft), leavesOfDraft(draft))
  const nexts = draft.states.map(({ next }) => next)
  const needed = insideOf(nexts, leavesOfDraft(draft))
  const heavy = new Set<Node>()
  for (const node of inside) {
    if (!needed.has(node) && (isProduct(node) || node.inputs.some((input) => heavy.has(input)))) heavy.add(node)
  }
  const outerOf = outersOf(draft)
  const observed = [...draft.observed.values()]
  const view = (observation: Observation): Observation => {
    const { node } = observation
    const outer = outerOf.get(node)
    if (outer) return { node, view: () => outer }
    if (!heavy.has(node)) return observation
    return {
      node,
      view: (scan) =>
        outside(draft.axis, (original) => {
          if (!inside.has(original)) return original
          return heavy.has(original) ? undefined : (outerOf.get(original) ?? sequence(scan, original))
        })(node),
    }
  }
  // What only outputs behind the loop read of an input, they read themselves.
  const read = countUses([...nexts, ...edges(observed, heavy)])
  return {
    ...draft,
    steps: draft.steps.filter(({ leaf }) => read.has(leaf)),
    observed: new Map([...draft.observed].map(([of, observation]) => [of, view(observation)])),
  }
}

/** What is looked at of a step: observed nodes, or, of those that are computed behind the loop, what they read of it. */
function edges(observations: readonly Observation[], behind: ReadonlySet<Node>): Node[] {
  const result = new Set<Node>()
  const seen = new Set<Node>()
  const pending = observations.map(({ node }) => node)
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    if (behind.has(node)) pending.push(...node.inputs)
    else if ((node.operation as object) !== leafOperation) result.add(node)
  }
  return [...result]
}

/** Rebuilds a node of a step outside the loop, over whole sequences; `known` says where that ends. */
function outside(axis: string, known: (node: Node) => Node | undefined): (node: Node) => Node {
  const memo = new Map<Node, Node>()
  const enter = (original: Node): boolean => {
    const given = memo.get(original) ?? known(original)
    if (given) memo.set(original, given)
    return !given
  }
  const build = (original: Node): void => {
    const inputs = original.inputs.map((input) => memo.get(input)!)
    const over = inputs.some(({ shape }) => shape.rows.includes(axis))
    if (original.operation === matmulOperation && inputs[0]!.shape.rows.includes(axis)) {
      const shapes = original.inputs.map(({ shape }) => shapeText(shape)).join(' and ')
      throw new UnrolledError(
        'bad-program',
        `matmul of ${shapes} cannot be compiled: the matrix is another one at each step`,
      )
    }
    const { rows, columns } = original.shape
    const made =
      original.operation === matmulOperation
        ? matmul(inputs[0]!, inputs[1]!)
        : node(original.operation, inputs, original.attributes, { rows: over ? [axis, ...rows] : rows, columns })
    memo.set(original, throughGather(made))
  }
  return (original) => {
    bottomUp([original], enter, build)
    return memo.get(original)!
  }
}
