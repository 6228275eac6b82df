import {
  add,
  addOperation,
  gatherOperation,
  unmaskedOperation,
  begins,
  insideOf,
  matmulOperation,
  matmulTransposedOperation,
  node,
  ordered,
  parameterOperation,
  rowMap,
  sameShape,
  zeros,
  type Node,
  type Operation,
  type Shape,
} from '../graph/index.ts'
import { leavesOfDraft, rewriteGraph, rewriteStep, rootsOf, type ScanDraft } from './rewrite-graph.ts'
import { countUses, innerSums, sumOf } from './sums.ts'

/** A matrix and what it, or its transpose, is applied to. */
export interface Link {
  readonly w: Node
  readonly a: Node
  readonly transposed: boolean
}

/**
 * start + Σ of products: W @ a, or Wᵀ @ a where `transposed` says so. All are as wide, over the same rows, but a start
 * without rows, which serves every row. Inputs: W and a of each link, in the order they are added, then the start, if any.
 */
export const productOperation: Operation<{ readonly transposed: readonly boolean[] }> = {
  name: 'product',
  kind: 'product',
  evaluate: (node, inputs, context) => {
    const result = zeros(node.shape, context)
    const { columns } = node.shape
    const start = inputs[2 * node.attributes.transposed.length]
    if (start) {
      const map = rowMap(start.shape, result)
      result.data.forEach((_, i) => {
        result.data[i] = start.data[map[Math.floor(i / columns)]! * columns + (i % columns)]!
      })
    }
    node.attributes.transposed.forEach((transposed, i) => {
      const [w, a] = [inputs[2 * i]!, inputs[2 * i + 1]!]
      const { data } = transposed
        ? matmulTransposedOperation.evaluate(node, [a, w], context)
        : matmulOperation.evaluate(node, [w, a], context)
      data.forEach((value, at) => (result.data[at]! += value))
    })
    return result
  },
}

export type ProductNode = Node<{ readonly transposed: readonly boolean[] }>
export const isProduct = (node: Node): node is ProductNode => node.operation === (productOperation as Operation)

export const linksOf = ({ inputs, attributes }: ProductNode): Link[] =>
  attributes.transposed.map((transposed, i) => ({ w: inputs[2 * i]!, a: inputs[2 * i + 1]!, transposed }))

/** What a product starts from: a vector for all rows, or an array of its own shape. */
export const startOf = ({ inputs, attributes }: ProductNode): Node | undefined =>
  inputs[2 * attributes.transposed.length]

/** The product that is added last: siblings are those that have it in common. */
export const lastLink = (product: ProductNode): Link => linksOf(product).at(-1)!

function product(links: readonly Link[], shape: Shape, start?: Node): ProductNode {
  const inputs = [...links.flatMap(({ w, a }) => [w, a]), ...(start ? [start] : [])]
  return node(productOperation, inputs, { transposed: links.map(({ transposed }) => transposed) }, shape)
}

/**
 * Folds sums of products into chains that accumulate in place: a sum begins at its biases, or at an array made for it before
 * the loop, and each product is added to it. Products of a sum follow the order of their parameters, so that neighbours in
 * memory can become one product.
 */
export function accumulate(roots: readonly Node[], parameters: readonly Node[]): Node[] {
  const rankOf = ranking(parameters)
  return settled(
    rewriteGraph(roots, {
      outer: folding(ordered(roots), countUses(roots), rankOf, isGather),
      scan: (draft) => foldStep(draft, rankOf),
    }),
  )
}

/** What kept sums apart is in nobody's way any more. */
const settled = (roots: readonly Node[]): Node[] =>
  rewriteGraph(roots, { outer: bare, scan: (draft) => rewriteStep(draft, bare) })

const bare = (node: Node): Node => (node.operation === unmaskedOperation ? node.inputs[0]! : node)

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

function foldStep(draft: ScanDraft, rankOf: Rank): ScanDraft {
  const roots = rootsOf(draft)
  const inside = insideOf(roots, leavesOfDraft(draft))
  const fold = folding(
    [...inside],
    countUses(roots, (node) => inside.has(node)),
    rankOf,
    begins,
  )
  return rewriteStep(draft, fold)
}

/** The rule for one block of nodes. `startable` says which arrays were made to be accumulated into: an order of addition. */
function folding(
  block: readonly Node[],
  uses: ReadonlyMap<Node, number>,
  rankOf: Rank,
  startable: (node: Node) => boolean,
): (kept: Node, original: Node) => Node {
  const inner = innerSums(block, uses)
  const termsOf = (kept: Node, original: Node): { term: Node; single: boolean }[] =>
    original.inputs.flatMap((input, i) =>
      inner.has(input) ? termsOf(kept.inputs[i]!, input) : [{ term: kept.inputs[i]!, single: uses.get(input) === 1 }],
    )
  return (kept, original) => {
    const [a, b] = kept.inputs
    if (kept.operation === matmulOperation) return product([{ w: a!, a: b!, transposed: false }], kept.shape)
    if (kept.operation === matmulTransposedOperation) return product([{ w: b!, a: a!, transposed: true }], kept.shape)
    if (kept.operation !== addOperation || inner.has(original)) return kept
    const terms = termsOf(kept, original)
    // What is narrower than the sum, or has fewer rows, is added behind, where it is repeated.
    const products = terms.filter(
      ({ term, single }) => single && isProduct(term) && !startOf(term) && sameShape(term.shape, kept.shape),
    )
    if (products.length === 0) return kept
    const rest = terms.filter((term) => !products.includes(term))
    const vectors = rest
      .filter(({ term: { shape } }) => shape.rows.length === 0 && shape.columns === kept.shape.columns)
      .map(({ term }) => term)
    const made =
      vectors.length === 0
        ? rest.find(({ term, single }) => single && startable(term) && sameShape(term.shape, kept.shape))?.term
        : undefined
    const start = vectors.length > 0 ? vectors.reduce((sum, vector) => add(sum, vector)) : made
    const links = products
      .flatMap(({ term }) => linksOf(term as ProductNode))
      .toSorted((p, q) => rankOf(p.w) - rankOf(q.w))
    const others = rest.map(({ term }) => term).filter((term) => term !== made && !vectors.includes(term))
    return sumOf([product(links, kept.shape, start), ...others], kept.shape)
  }
}
