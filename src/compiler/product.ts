import {
  add,
  addOperation,
  broadcastShape,
  gatherOperation,
  insideOf,
  matmulOperation,
  matmulTransposedOperation,
  node,
  ordered,
  parameterOperation,
  rewrite,
  rowMap,
  type Node,
  type Operation,
} from '../graph/index.ts'
import { rewriteGraph, rootsOf, withStep, type ScanDraft } from './rewrite-graph.ts'
import { countUses } from './sums.ts'

/** start + W @ a, or start + Wᵀ @ a; without a start, from zero. Inputs: W, a, start. */
export const productOperation: Operation<{ readonly transposed: boolean }> = {
  name: 'product',
  evaluate: (node, [w, a, start], context) => {
    const { transposed } = node.attributes
    const product = transposed
      ? matmulTransposedOperation.evaluate(node, [a!, w!], context)
      : matmulOperation.evaluate(node, [w!, a!], context)
    if (!start) return product
    const { columns } = node.shape
    const map = rowMap(start.shape, product)
    return {
      ...product,
      data: product.data.map(
        (value, i) => value + start.data[map[Math.floor(i / columns)]! * columns + (i % columns)]!,
      ),
    }
  },
}

export type ProductNode = Node<{ readonly transposed: boolean }>

function product(transposed: boolean, w: Node, a: Node, start?: Node): Node {
  const columns = transposed ? w.shape.columns : (w.shape.rows[0] as number)
  const own = { rows: a.shape.rows, columns }
  const shape = start ? broadcastShape('product', [own, start.shape]) : own
  return node(productOperation, start ? [w, a, start] : [w, a], { transposed }, shape)
}

/**
 * Folds sums of products into chains that accumulate in place: a sum begins at its biases, or at an array made for it before
 * the loop, and each product is added to it. Products of a sum follow the order of their parameters, so that neighbours in
 * memory can become one product.
 */
export function accumulate(roots: readonly Node[], parameters: readonly Node[]): Node[] {
  const rankOf = ranking(parameters)
  return rewriteGraph(roots, {
    outer: folding(ordered(roots), countUses(roots), rankOf, isGather),
    scan: (draft) => foldStep(draft, rankOf),
  })
}

type Rank = (w: Node) => number

/** The place of the first parameter a matrix is made of, in the order of parameters. */
export function ranking(parameters: readonly Node[]): Rank {
  const rank = new Map(parameters.map((parameter, i) => [parameter, i]))
  const memo = new Map<Node, number>()
  const rankOf = (w: Node): number => {
    const known = memo.get(w)
    if (known !== undefined) return known
    const own = w.operation === parameterOperation ? rank.get(w) : undefined
    const result = own ?? Math.min(parameters.length, ...w.inputs.map(rankOf))
    memo.set(w, result)
    return result
  }
  return rankOf
}

const isGather = ({ operation }: Node): boolean => operation === gatherOperation
export const isProduct = ({ operation }: Node): boolean => operation === productOperation

function foldStep(draft: ScanDraft, rankOf: Rank): ScanDraft {
  const roots = rootsOf(draft)
  const leaves = [...draft.states.map(({ old }) => old), ...draft.steps.map(({ leaf }) => leaf)]
  const inside = insideOf(roots, leaves)
  const made = new Set(draft.steps.filter(({ outer }) => isProduct(outer) || isGather(outer)).map(({ leaf }) => leaf))
  const captured = [...inside].flatMap(({ inputs }) => inputs.filter((input) => !inside.has(input)))
  const fold = folding(
    [...inside],
    countUses(roots, (node) => inside.has(node)),
    rankOf,
    (node) => made.has(node),
  )
  const changed = rewrite(roots, fold, new Map([...captured, ...leaves].map((node) => [node, node])))
  const by = new Map(roots.map((root, i) => [root, changed[i]!]))
  return withStep(draft, (root) => by.get(root)!)
}

/** The rule for one block of nodes. `startable` says which arrays were made to be accumulated into. */
function folding(
  block: readonly Node[],
  uses: ReadonlyMap<Node, number>,
  rankOf: Rank,
  startable: (node: Node) => boolean,
): (kept: Node, original: Node) => Node {
  const isInner = (node: Node): boolean => node.operation === addOperation && uses.get(node) === 1
  const inner = new Set(
    block.filter(({ operation }) => operation === addOperation).flatMap(({ inputs }) => inputs.filter(isInner)),
  )
  const termsOf = (kept: Node, original: Node): { term: Node; single: boolean }[] =>
    original.inputs.flatMap((input, i) =>
      inner.has(input) ? termsOf(kept.inputs[i]!, input) : [{ term: kept.inputs[i]!, single: uses.get(input) === 1 }],
    )
  return (kept, original) => {
    const [a, b] = kept.inputs
    if (kept.operation === matmulOperation) return product(false, a!, b!)
    if (kept.operation === matmulTransposedOperation) return product(true, b!, a!)
    if (kept.operation !== addOperation || inner.has(original)) return kept
    const terms = termsOf(kept, original)
    const products = terms.filter(({ term, single }) => single && isProduct(term) && term.inputs.length === 2)
    if (products.length === 0) return kept
    const rest = terms.filter((term) => !products.includes(term))
    const vectors = rest.filter(({ term }) => term.shape.rows.length === 0).map(({ term }) => term)
    const made = vectors.length === 0 ? rest.find(({ term, single }) => single && startable(term))?.term : undefined
    const start = vectors.length > 0 ? vectors.reduce((sum, vector) => add(sum, vector)) : made
    const chain = products
      .map(({ term }) => term as ProductNode)
      .toSorted((p, q) => rankOf(p.inputs[0]!) - rankOf(q.inputs[0]!))
      .reduce((sum: Node | undefined, p) => product(p.attributes.transposed, p.inputs[0]!, p.inputs[1]!, sum), start)
    return rest
      .map(({ term }) => term)
      .filter((term) => term !== made && !vectors.includes(term))
      .reduce((sum, term) => add(sum, term), chain!)
  }
}
