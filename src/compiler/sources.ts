import { bottomUp, scanOperation, type Node, type ScanNode } from '../graph/index.ts'
import { isInline, type Kernel, type Loop, type Single, type Unit } from './units.ts'

/** Which array a node reads, through all views of it; a scan's old state stands for the states' slots. */
export class Sources {
  readonly #outer = new Map<Node, Node>()
  readonly #old = new Map<Node, { scan: ScanNode; state: number }>()

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      if (node.operation !== scanOperation) continue
      const scan = node as ScanNode
      const { states, steps } = scan.attributes
      states.forEach(({ old }, state) => this.#old.set(old, { scan, state }))
      steps.forEach((leaf, i) => this.#outer.set(leaf, scan.inputs[states.length + i]!))
    }
  }

  /** The scan and number of a state, if the node is an old state. */
  state(node: Node): { scan: ScanNode; state: number } | undefined {
    return this.#old.get(node)
  }

  /** The array behind the input of a step. */
  outer(leaf: Node): Node | undefined {
    return this.#outer.get(leaf)
  }

  /** Whether a node is another one at every step: an old state, the input of a step, or made of them. */
  changes(node: Node): boolean {
    let found = false
    bottomUp(
      [node],
      () => !found,
      (node) => (found ||= this.#old.has(node) || this.#outer.has(node)),
    )
    return found
  }

  /** The node whose array is read; undefined for what is no array. */
  of(node: Node): Node | undefined {
    const seen = this.through(node)
    return isInline(seen) ? undefined : seen
  }

  /** What is seen through all views: an array, a number or a position. */
  through(node: Node): Node {
    for (;;) {
      const behind = this.#behind(node)
      if (!behind) return node
      node = behind
    }
  }

  #behind(node: Node): Node | undefined {
    return node.operation.seen?.(node).of ?? this.#outer.get(node)
  }
}

/** The nodes a unit reads from memory. */
export function readsOf(unit: Unit): Node[] {
  if (unit.kind === 'loop') return unit.scan.inputs.slice(0, unit.scan.attributes.states.length)
  if (unit.kind === 'single') return [...unit.node.inputs]
  const inside = new Set(unit.nodes)
  return unit.nodes.flatMap(({ inputs }) => inputs.filter((input) => !inside.has(input)))
}

/** A unit in the order of execution, and the loop it runs in. */
export interface Moment {
  /** Instructions of one kind that do not wait for each other share a time: they may run in any order. */
  readonly index: number
  readonly unit: Kernel | Single | Loop
  readonly loop: Loop | undefined
  /** The times in which what the unit touches lives: in a loop, the loop's. States are carried over at a loop's last. */
  readonly first: number
  readonly last: number
}

/** All units by time: a loop, then its units, then its end. */
export function moments(units: readonly Unit[]): Moment[] {
  const result: Moment[] = []
  let index = 0
  let before: Unit | undefined
  for (const unit of units) {
    if (unit.kind !== 'loop') {
      if (!shareTime(before, unit)) index++
      result.push({ index, unit, loop: undefined, first: index, last: index })
    } else {
      const first = ++index
      const inner = unit.units.map((one, i) => ({ one, at: shareTime(unit.units[i - 1], one) ? index : ++index }))
      const last = ++index
      result.push({ index: first, unit, loop: undefined, first, last })
      for (const { one, at } of inner) result.push({ index: at, unit: one, loop: unit, first, last })
    }
    before = unit
  }
  return result
}

const shareTime = (a: Unit | undefined, b: Unit): boolean =>
  a?.kind === 'single' &&
  b.kind === 'single' &&
  a.node.operation === b.node.operation &&
  a.level === b.level &&
  a.phase === b.phase
