import { abs, add, constant, input, parameter, type Node, type RowAxis } from '../../src/graph/index.ts'
import type { Draws } from './draws.ts'
import { graphFunctions } from './graph-functions.ts'

/** What data may be handed in: whole numbers below a bound, or any. */
export interface GraphInput {
  readonly node: Node
  readonly below?: number
}

/** Parameters and inputs of a graph, made when they are wanted. */
export class Leaves {
  readonly parameters: Node[] = []
  readonly inputs: GraphInput[] = []

  parameter(rows: readonly number[], columns: number): Node {
    const made = parameter(`P${this.parameters.length}`, { rows, columns })
    this.parameters.push(made)
    return made
  }

  input(rows: readonly RowAxis[], columns: number, below?: number): Node {
    const made = input(`x${this.inputs.length}`, { rows, columns })
    this.inputs.push({ node: made, ...(below !== undefined && { below }) })
    return made
  }
}

/** The nodes that further ones may read, and how often each was read. */
export class Pool {
  readonly draws: Draws
  readonly leaves: Leaves
  readonly #reads = new Map<Node, number>()

  constructor(draws: Draws, leaves: Leaves, nodes: readonly Node[]) {
    this.draws = draws
    this.leaves = leaves
    for (const node of nodes) this.add(node)
  }

  add(node: Node): void {
    if (!this.#reads.has(node)) this.#reads.set(node, 0)
  }

  get nodes(): Node[] {
    return [...this.#reads.keys()]
  }

  unread(): Node[] {
    return this.nodes.filter((node) => this.#reads.get(node) === 0)
  }

  /** One that fits, rather one that nobody reads yet. */
  take(fits: (node: Node) => boolean): Node | undefined {
    const all = this.nodes.filter(fits)
    const fresh = all.filter((node) => this.#reads.get(node) === 0)
    const list = fresh.length > 0 && !this.draws.chance(0.5) ? fresh : all
    if (list.length === 0) return undefined
    const node = list[list.length - 1 - this.draws.below(list.length)]!
    this.#reads.set(node, this.#reads.get(node)! + 1)
    return node
  }

  /** Something that can stand beside `node`, element by element. */
  beside(node: Node): Node {
    const { columns, rows } = node.shape
    const choice = this.draws.below(10)
    if (choice < 6) {
      // What has other rows makes results with more and more of them.
      const anything = this.draws.chance(0.3)
      const fits = (node: Node): boolean =>
        isRows(node) &&
        (node.shape.columns === columns || node.shape.columns === 1) &&
        (anything || node.shape.rows.every((axis) => rows.includes(axis)))
      const found = this.take(fits)
      if (found) return found
    }
    if (choice < 8) return constant(this.draws.pick([1, 0.5, 2, -0.25]))
    return this.leaves.parameter([], this.draws.chance(0.2) ? 1 : columns)
  }

  /** A function of what is there. */
  applied(): Node | undefined {
    const { inputs, build, everywhere, name } = this.draws.pick(graphFunctions)
    const first = this.take(isRows)
    if (!first) return undefined
    const given = [first]
    for (let i = 1; i < inputs; i++) given.push(this.beside(first))
    // A divisor stays away from zero.
    const safe = everywhere ? given : given.map((node) => add(abs(node), constant(0.5)))
    if (name === 'div') safe[1] = add(abs(safe[1]!), constant(0.5))
    return build(...safe)
  }
}

/** Whether a node has rows of data, or none at all: no matrix. */
export const isRows = ({ shape: { rows } }: Node): boolean => !(rows.length === 1 && typeof rows[0] === 'number')
