import type { Formula } from '../backends/backend.ts'
import {
  broadcastOperation,
  finalOperation,
  gatherOperation,
  inputOperation,
  insideOf,
  leavesOf,
  parameterOperation,
  scatterAddOperation,
  sequenceOperation,
  sliceOperation,
  stopOperation,
  type FinalNode,
  type Node,
  type RowAxis,
  type ScanNode,
  type SequenceNode,
} from '../graph/index.ts'
import { bufferOf, ownHome, slotOf, whole, type Buffer, type Home, type View } from './arrays.ts'
import { padded, type ParameterPlace } from './layout.ts'
import { isProduct } from './product.ts'
import { readsOf, type Moment, type Sources } from './sources.ts'
import { isSum, isView, type Kernel, type Loop } from './units.ts'

/** How a state is kept: one slot a step and one more, or a single one overwritten in place. */
export interface StateHome {
  readonly home: Home
  readonly slots: boolean
  /** The node that writes the new state right into its place; else the value is copied at the end of each step. */
  readonly writer: Node | undefined
}

/** What a program delivers: a node's value to a place outside, written or added to what is there. */
export interface Delivery {
  readonly node: Node
  readonly home: Home
  readonly adds: boolean
}

/** Gives every array its home: in place where it can, beside its siblings where they are read together. */
export class Storage {
  readonly #homes = new Map<Node, { home: Home; shift: Formula }>()
  readonly #states = new Map<ScanNode, StateHome[]>()
  readonly #inputs = new Map<string, Home>()
  readonly #sources: Sources
  readonly #places: ReadonlyMap<Node, ParameterPlace>
  readonly #parameters = new Map<Node, Home>()
  readonly #ranks = new Map<Node, number>()
  /** For each array, the units that read it. */
  readonly #readers = new Map<Node, { index: number; loop: Loop | undefined; final: boolean }[]>()

  constructor(
    timeline: readonly Moment[],
    deliveries: readonly Delivery[],
    sources: Sources,
    places: ReadonlyMap<Node, ParameterPlace>,
    rankOf: (w: Node) => number,
  ) {
    this.#sources = sources
    this.#places = places
    for (const { unit, loop, index, end } of timeline) {
      for (const node of readsOf(unit)) this.#read(node, index, unit.kind === 'loop' ? undefined : loop)
      if (unit.kind === 'loop') for (const { next } of unit.scan.attributes.states) this.#read(next, end, unit)
    }
    for (const { node } of deliveries) this.#read(node, Infinity, undefined)
    for (const { unit } of timeline) {
      if (unit.kind === 'single' && isProduct(unit.node)) this.#rankOperands(unit.node, rankOf)
    }
    this.#direct(timeline, deliveries)
    for (const [at, moment] of timeline.entries()) {
      if (moment.unit.kind === 'loop') this.#keepStates(moment.unit, timeline)
      else if (moment.unit.kind === 'kernel') this.#placeKernel(moment, moment.unit)
      else this.#placeSingles(at, timeline)
    }
  }

  /** Whether a node's value is read from memory by anyone. */
  isStored(node: Node): boolean {
    return this.#homes.has(node)
  }

  states(scan: ScanNode): readonly StateHome[] {
    return this.#states.get(scan)!
  }

  /** How to read a node; undefined for a constant. */
  view(node: Node): View | undefined {
    const { operation } = node
    const own = this.#homes.get(node)
    if (own) return whole(own.home, own.shift)
    if (operation === stopOperation || operation === broadcastOperation) return this.view(node.inputs[0]!)
    if (operation === sliceOperation) {
      const view = this.view(node.inputs[0]!)!
      const { from } = (node as Node<{ from: number }>).attributes
      return { ...view, column: view.column + from, columns: node.shape.columns }
    }
    if (operation === sequenceOperation) return this.view((node as SequenceNode).attributes.of)
    if (operation === inputOperation) return whole(this.#input(node as Node<{ name: string }>))
    if (operation === parameterOperation) return whole(this.#parameter(node))
    if (operation === finalOperation) {
      const scan = node.inputs[0] as ScanNode
      return this.stateView(scan, (node as FinalNode).attributes.state, 'final')
    }
    const state = this.#sources.state(node)
    if (state) return this.stateView(state.scan, state.state, 'old')
    const outer = this.#sources.outer(node)
    return outer && this.view(outer)
  }

  /** Slots of a state as seen at a step, before the first or after the last. */
  stateView(scan: ScanNode, state: number, which: 'initial' | 'old' | 'new' | 'final'): View {
    const { home, slots } = this.#states.get(scan)![state]!
    const { reverse, axis } = scan.attributes
    if (!slots) return whole(home)
    const slot = slotOf(home.buffer)
    const last = slot.map(({ factor, axes }) => ({ factor, axes: [...axes, axis].toSorted() }))
    const shift = {
      initial: reverse ? last : [],
      old: reverse ? slot : [],
      new: reverse ? [] : slot,
      final: reverse ? [] : last,
    }[which]
    const view = whole(home, shift)
    return which === 'initial' || which === 'final' ? { ...view, rows: view.rows.filter((row) => row !== axis) } : view
  }

  #read(node: Node, index: number, loop: Loop | undefined): void {
    const source = this.#sources.of(node)
    if (!source) return
    const sofar = this.#readers.get(source) ?? []
    sofar.push({ index, loop, final: node.operation === finalOperation })
    this.#readers.set(source, sofar)
  }

  #readersOf(node: Node): { index: number; loop: Loop | undefined; final: boolean }[] {
    return this.#readers.get(node) ?? []
  }

  /** The place in the order of parameters of the matrix a node is multiplied with. */
  #rank(node: Node): number {
    return this.#ranks.get(node) ?? Number.MAX_SAFE_INTEGER
  }

  #rankOperands(product: Node, rankOf: (w: Node) => number): void {
    const [w, a, start] = product.inputs
    const source = this.#sources.of(a!)
    if (source) this.#ranks.set(source, rankOf(w!))
    if (start && isProduct(start)) this.#rankOperands(start, rankOf)
  }

  #lastUse(node: Node): number {
    return Math.max(-Infinity, ...this.#readersOf(node).map(({ index }) => index))
  }

  #input(node: Node<{ name: string }>): Home {
    const { name } = node.attributes
    const known = this.#inputs.get(name) ?? ownHome(name, node.shape.rows, node.shape.columns)
    this.#inputs.set(name, known)
    return known
  }

  #parameter(node: Node): Home {
    const known = this.#parameters.get(node) ?? parameterHome('parameters', node, this.#places)
    this.#parameters.set(node, known)
    return known
  }

  /** Results delivered outside are computed in their place, where nothing read later lies there. */
  #direct(timeline: readonly Moment[], deliveries: readonly Delivery[]): void {
    const made = new Map<Node, number>()
    for (const { unit, index, loop } of timeline) {
      if (loop) continue
      const nodes = unit.kind === 'kernel' ? unit.nodes : unit.kind === 'single' ? [unit.node] : []
      for (const node of nodes) made.set(node, index)
    }
    const readLast = new Map<string, number>()
    for (const [source, readers] of this.#readers) {
      if (source.operation !== inputOperation) continue
      readLast.set((source as Node<{ name: string }>).attributes.name, Math.max(...readers.map(({ index }) => index)))
    }
    for (const { node, home, adds } of deliveries) {
      const index = made.get(node)
      const free = (readLast.get(home.buffer.region) ?? -Infinity) <= (index ?? -1)
      if (
        index === undefined ||
        this.#homes.has(node) ||
        (adds ? !canAdd(node) || this.#readersOf(node).length > 1 : !free)
      )
        continue
      this.#homes.set(node, { home, shift: [] })
    }
  }

  #keepStates({ scan }: Loop, timeline: readonly Moment[]): void {
    const { states } = scan.attributes
    const inside = insideOf(
      states.map(({ next }) => next),
      leavesOf(scan),
    )
    const written = new Map<Node, number>()
    for (const { unit, loop, index } of timeline) {
      if (loop?.scan !== scan || unit.kind === 'loop') continue
      for (const node of unit.kind === 'kernel' ? unit.nodes : [unit.node]) written.set(node, index)
    }
    const taken = new Set<Node>()
    const homes = states.map(({ old, next }): StateHome => {
      const own = inside.has(next) && !isView(next) && !taken.has(next) && !startsInPlace(next)
      if (own) taken.add(next)
      const seen = [...this.#readersOf(old).filter(({ final }) => !final), ...this.#readersOf(next)].some(
        ({ loop, final }) => loop?.scan !== scan && !final,
      )
      const readers = this.#readersOf(old).filter(({ loop }) => loop?.scan === scan)
      const at = written.get(next) ?? -1
      const kernelOf = timeline.find(({ index }) => index === at)?.unit.kind === 'kernel'
      const inPlace = own
        ? readers.every(({ index }) => index < at || (kernelOf && index === at))
        : !this.#sources.state(this.#sources.of(next) ?? next)
      const slots = seen || !inPlace
      const { rows, columns } = old.shape
      const buffer = bufferOf('scratch', slots ? ['time', ...rows] : rows, padded(columns), slots)
      return { home: { buffer, column: 0, columns }, slots, writer: own ? next : undefined }
    })
    this.#states.set(scan, homes)
    homes.forEach(({ home, writer }, i) => {
      if (writer) this.#homes.set(writer, { home, shift: this.stateView(scan, i, 'new').shift })
    })
  }

  /** The row axes a node's array has: those of its shape and, inside a loop, time, if anyone outside reads it. */
  #rows(node: Node, loop: Loop | undefined): readonly RowAxis[] {
    if (!loop) return node.shape.rows
    const seen = this.#readersOf(node).some((reader) => reader.loop?.scan !== loop.scan)
    return seen ? [loop.scan.attributes.axis, ...node.shape.rows] : node.shape.rows
  }

  #placeKernel({ index, loop, unit: { phase } }: Moment, unit: Kernel): void {
    const results = unit.nodes.filter((node) => this.#readers.has(node) && !this.#homes.has(node))
    const stacked = results.filter((node) => !loop || this.#rows(node, loop).length > node.shape.rows.length)
    const free = phase === 'body' ? this.#freed(unit, index, loop) : []
    const wanted = stacked.toSorted((a, b) => this.#rank(a) - this.#rank(b) || a.id - b.id)
    for (const node of wanted) {
      const rows = this.#rows(node, loop).join()
      const at = free.findIndex((home) => home.columns === node.shape.columns && home.buffer.rows.join() === rows)
      if (at < 0) continue
      this.#homes.set(node, { home: free[at]!, shift: [] })
      free.splice(at, 1)
    }
    const rest = wanted.filter((node) => !this.#homes.has(node))
    this.#bundle(rest, rest[0] ? this.#rows(rest[0], loop) : [], phase)
    for (const node of results) if (!this.#homes.has(node)) this.#bundle([node], this.#rows(node, loop), phase)
  }

  /** Homes of arrays that this kernel is the last to read. */
  #freed(unit: Kernel, index: number, loop: Loop | undefined): Home[] {
    const homes = new Map<Home, Node>()
    for (const node of readsOf(unit)) {
      const source = this.#sources.of(node)
      const own = source && this.#homes.get(source)
      if (!source || !own || own.shift.length > 0 || own.home.buffer.region !== 'scratch' || own.home.buffer.extraSlot)
        continue
      if (loop && !own.home.buffer.rows.includes(loop.scan.attributes.axis)) continue
      homes.set(own.home, source)
    }
    const residents = (home: Home): Node[] =>
      [...this.#homes].filter(([, own]) => own.home === home).map(([node]) => node)
    // Homes that stand side by side come first and in their order, so that what moves in stands side by side too.
    return [...homes.keys()]
      .filter((home) => residents(home).every((node) => this.#lastUse(node) <= index))
      .toSorted((a, b) => b.buffer.width - a.buffer.width || a.column - b.column)
  }

  /** Singles of one kind that share an operand stand side by side in one buffer. */
  #placeSingles(at: number, timeline: readonly Moment[]): void {
    const first = timeline[at]!
    const node = (first.unit as { node: Node }).node
    if (this.#homes.has(node)) return
    if (isProduct(node) && startsInPlace(node)) {
      const start = chainStart(node)!
      const source = this.#sources.of(start)
      const own = source && this.#homes.get(source)
      const rows = this.#rows(node, first.loop)
      const fits =
        own &&
        own.home.buffer.region === 'scratch' &&
        !own.home.buffer.extraSlot &&
        this.#lastUse(source) === first.index &&
        own.home.columns === node.shape.columns &&
        (first.loop
          ? own.home.buffer.rows.includes(first.loop.scan.attributes.axis)
          : own.home.buffer.rows.join() === rows.join())
      if (fits) {
        this.#homes.set(node, { home: own.home, shift: [] })
        return
      }
    }
    const rows = this.#rows(node, first.loop)
    const siblings = [node]
    for (const { unit, loop } of timeline.slice(at + 1)) {
      if (loop !== first.loop || unit.kind !== 'single' || unit.phase !== first.unit.phase) break
      if (unit.node.operation !== node.operation || !bundled.has(node.operation.name)) break
      if (this.#sources.of(unit.node.inputs[1]!) !== this.#sources.of(node.inputs[1]!)) break
      if (this.#homes.has(unit.node) || this.#rows(unit.node, loop).join() !== rows.join()) break
      if (isProduct(unit.node) && startsInPlace(unit.node)) break
      siblings.push(unit.node)
    }
    // Products stand in the order of their parameters already; the others follow what they are read from.
    const column = (sibling: Node): number =>
      isProduct(sibling) ? 0 : (this.view(sibling.inputs[0]!)?.home.column ?? 0)
    const placed = siblings.length > 1 ? siblings.toSorted((a, b) => column(a) - column(b)) : siblings
    this.#bundle(placed, rows, first.unit.phase, isSum(node))
  }

  #bundle(nodes: readonly Node[], rows: readonly RowAxis[], phase: string, sum = false): void {
    if (nodes.length === 0) return
    const region = sum ? 'sums' : phase === 'body' ? 'scratch' : phase === 'prepare' ? 'prepared' : 'finished'
    const single = nodes.length === 1
    const width = nodes.reduce((sum, { shape }) => sum + (single ? padded(shape.columns) : wide(shape.columns)), 0)
    const buffer = bufferOf(region, rows, width)
    let column = 0
    for (const node of nodes) {
      const { columns } = node.shape
      this.#homes.set(node, { home: { buffer, column, columns }, shift: [] })
      column += wide(columns)
    }
  }

  /** Every buffer that was given out. */
  buffers(): Set<Buffer> {
    return new Set([
      ...[...this.#homes.values()].map(({ home }) => home.buffer),
      ...[...this.#states.values()].flat().map(({ home }) => home.buffer),
      ...[...this.#inputs.values()].map(({ buffer }) => buffer),
    ])
  }
}

const wide = (columns: number): number => Math.ceil(columns / 16) * 16

const bundled = new Set(['product', gatherOperation.name, scatterAddOperation.name])

/** The array a chain of products starts from, if it is more than a vector. */
export function chainStart(node: Node): Node | undefined {
  let start: Node | undefined = node
  while (start && isProduct(start)) start = start.inputs[2]
  return start
}

const startsInPlace = (node: Node): boolean => {
  if (!isProduct(node)) return false
  const start = chainStart(node)
  return start !== undefined && start.shape.rows.length > 0
}

const adding = new Set(['contract', 'sumRows', 'scatterAdd', 'product'])
const canAdd = (node: Node): boolean => adding.has(node.operation.name) && !chainStartOfAdded(node)
const chainStartOfAdded = (node: Node): boolean => isProduct(node) && chainStart(node) !== undefined

export const parameterHome = (region: string, node: Node, places: ReadonlyMap<Node, ParameterPlace>): Home => {
  const { offset, pitch } = places.get(node)!
  const buffer = bufferOf(region, node.shape.rows, pitch)
  buffer.offset = offset === 0 ? [] : [{ factor: offset, axes: [] }]
  return { buffer, column: 0, columns: node.shape.columns }
}
