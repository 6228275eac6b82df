import {
  broadcastOperation,
  finalOperation,
  scanOperation,
  sequenceOperation,
  sliceOperation,
  stopOperation,
  type FinalNode,
  type Node,
  type ScanNode,
  type SequenceNode,
} from '../graph/index.ts'
import { isProduct } from './product.ts'
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

  /** The node whose array is read; undefined for what is no array. */
  of(node: Node): Node | undefined {
    if (isInline(node)) return undefined
    const { operation } = node
    if (operation === stopOperation || operation === broadcastOperation || operation === sliceOperation) {
      return this.of(node.inputs[0]!)
    }
    if (operation === sequenceOperation) return this.of((node as SequenceNode).attributes.of)
    if (operation === finalOperation) {
      return (node.inputs[0] as ScanNode).attributes.states[(node as FinalNode).attributes.state]!.old
    }
    const outer = this.#outer.get(node)
    return outer ? this.of(outer) : node
  }
}

/** The nodes a unit reads from memory. */
export function readsOf(unit: Unit): Node[] {
  if (unit.kind === 'loop') return unit.scan.inputs.slice(0, unit.scan.attributes.states.length)
  if (unit.kind === 'single')
    return unit.node.inputs.flatMap((input) => (isProduct(unit.node) ? chainReads(input) : [input]))
  const inside = new Set(unit.nodes)
  return unit.nodes.flatMap(({ inputs }) => inputs.filter((input) => !inside.has(input)))
}

/** A product that another one starts from is part of it. */
const chainReads = (input: Node): Node[] => (isProduct(input) ? input.inputs.flatMap(chainReads) : [input])

/** A unit in the order of execution, and the loop it runs in. */
export interface Moment {
  readonly index: number
  readonly unit: Kernel | Single | Loop
  readonly loop: Loop | undefined
  /** For a loop: the index behind its last unit, where states are carried over. */
  readonly end: number
}

/** All units by time: a loop, then its units, then its end. */
export function moments(units: readonly Unit[]): Moment[] {
  const result: Moment[] = []
  let index = 0
  for (const unit of units) {
    if (unit.kind !== 'loop') {
      result.push({ index, unit, loop: undefined, end: index++ })
      continue
    }
    const end = index + unit.units.length + 1
    result.push({ index: index++, unit, loop: unit, end })
    for (const inner of unit.units) result.push({ index: index++, unit: inner, loop: unit, end })
    index = end + 1
  }
  return result
}
