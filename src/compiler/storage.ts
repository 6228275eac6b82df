import type { Formula } from '../backends/backend.ts'
import {
  inputOperation,
  nameOf,
  insideOf,
  leavesOf,
  parameterOperation,
  sameRows,
  type Node,
  type RowAxis,
  type ScanNode,
  type Seen,
} from '../graph/index.ts'
import { bufferOf, ownHome, slotOf, whole, type Buffer, type Home, type View } from './arrays.ts'
import { padded, type ParameterPlace } from './layout.ts'
import { lowerings } from './lowerings.ts'
import { isProduct, linksOf, startOf, type ProductNode } from './product.ts'
import { readsOf, type Moment, type Sources } from './sources.ts'
import { isView, sharedInput, type Kernel, type Loop, type Phase, type Single } from './units.ts'

/** How a state is kept: one slot a step and one more, or a single one overwritten in place. */
export interface StateHome {
  readonly home: Home
  readonly slots: boolean
  /** The node that writes the new state right into its place; else the value is copied at the end of each step. */
  readonly writer: Node | undefined
}

/** A reading of an array: the node through which it is seen, and when. */
interface Reader {
  readonly node: Node
  readonly index: number
  readonly loop: Loop | undefined
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
  readonly #readers = new Map<Node, Reader[]>()
  readonly #lastUse = new Map<Node, number>()
  /** When kernels make several arrays that products read, and of how many columns these are. */
  readonly #severalMade = new Set<string>()
  /** Sums that are added to what lies outside. */
  readonly #added = new Set<Node>()
  /** When the last of the arrays that have lain in a home is read for the last time. */
  readonly #freeAfter = new Map<Home, number>()

  constructor(
    timeline: readonly Moment[],
    deliveries: readonly Delivery[],
    sources: Sources,
    places: ReadonlyMap<Node, ParameterPlace>,
    rankOf: (w: Node) => number,
  ) {
    this.#sources = sources
    this.#places = places
    for (const { unit, loop, index, last } of timeline) {
      for (const node of readsOf(unit)) this.#read(node, index, loop)
      if (unit.kind === 'loop') for (const { next } of unit.scan.attributes.states) this.#read(next, last, unit)
    }
    for (const { node } of deliveries) this.#read(node, Infinity, undefined)
    for (const { unit } of timeline) {
      if (unit.kind === 'single' && isProduct(unit.node)) this.#rankOperands(unit.node, rankOf)
    }
    for (const { unit, index } of timeline) if (unit.kind === 'kernel') this.#noteSeveral(unit, index)
    this.#direct(timeline, deliveries)
    for (const [at, moment] of timeline.entries()) {
      if (moment.unit.kind === 'loop') this.#keepStates(moment.unit, timeline, at)
      else if (moment.unit.kind === 'kernel') this.#placeKernel(moment, moment.unit)
      else this.#placeSingles(at, timeline)
    }
  }

  /** Whether a node's value is read from memory by anyone. */
  isStored(node: Node): boolean {
    return this.#homes.has(node)
  }

  /** Whether a sum is added to what lies in its place: that of another window, or of whoever reads it. */
  addsUp(node: Node): boolean {
    return this.#added.has(node) || this.#homes.get(node)!.home.buffer.region === 'sums'
  }

  /** The place outside that a sum is added to, if it is. */
  addedTo(node: Node): Home | undefined {
    return this.#added.has(node) ? this.#homes.get(node)!.home : undefined
  }

  /** What lies in regions bound from outside before the program runs: inputs by their names, and parameters. */
  given(): { readonly of: string | Node; readonly home: Home }[] {
    return [...this.#inputs, ...this.#parameters].map(([of, home]) => ({ of, home }))
  }

  states(scan: ScanNode): readonly StateHome[] {
    return this.#states.get(scan)!
  }

  /** How to read a node; undefined for a constant. */
  view(node: Node): View | undefined {
    const { operation } = node
    const own = this.#homes.get(node)
    if (own) return whole(own.home, own.shift)
    const seen = operation.seen?.(node)
    if (seen) return this.#seen(node, seen)
    if (operation === inputOperation) return whole(this.#input(node as Node<{ name: string }>))
    if (operation === parameterOperation) return whole(this.#parameter(node))
    const state = this.#sources.state(node)
    if (state) return this.stateView(state.scan, state.state, 'old')
    const outer = this.#sources.outer(node)
    return outer && this.view(outer)
  }

  #seen(node: Node, { of, from, last }: Seen): View | undefined {
    const state = last && this.#sources.state(of)
    if (state) return this.stateView(state.scan, state.state, 'final')
    const view = this.view(of)
    // A number, or one column repeated, is the same in all columns.
    if (!view || from === undefined || view.columns !== of.shape.columns) return view
    return { ...view, column: view.column + from, columns: node.shape.columns }
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
    sofar.push({ node, index, loop })
    this.#readers.set(source, sofar)
    this.#lastUse.set(source, Math.max(index, this.#lastUse.get(source) ?? -Infinity))
  }

  #readersOf(node: Node): readonly Reader[] {
    return this.#readers.get(node) ?? []
  }

  #settle(node: Node, home: Home, shift: Formula = []): void {
    this.#homes.set(node, { home, shift })
    this.#freeAfter.set(home, Math.max(this.#lastUse.get(node) ?? -Infinity, this.#freeAfter.get(home) ?? -Infinity))
  }

  /** The place in the order of parameters of the matrix a node is multiplied with. */
  #rank(node: Node): number {
    return this.#ranks.get(node) ?? Number.MAX_SAFE_INTEGER
  }

  #rankOperands(product: ProductNode, rankOf: (w: Node) => number): void {
    for (const { w, a } of linksOf(product).toReversed()) {
      const source = this.#sources.of(a)
      if (source) this.#ranks.set(source, rankOf(w))
    }
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
    const made = new Map<Node, Moment>()
    for (const moment of timeline) {
      const { unit, loop } = moment
      if (loop || unit.kind === 'loop') continue
      for (const node of unit.kind === 'kernel' ? unit.nodes : [unit.node]) made.set(node, moment)
    }
    const readers = new Map<string, Reader[]>()
    for (const [source, read] of this.#readers) {
      if (source.operation === inputOperation) readers.set(nameOf(source), read)
    }
    // One sum lies in a place that is added to; others are complete before they come there, so that a long window and its
    // pieces add in one order.
    const added = new Map<Buffer, Home[]>()
    for (const { node, home, adds } of deliveries) {
      const taken = added.get(home.buffer) ?? []
      added.set(home.buffer, taken)
      const moment = made.get(node)
      if (!moment || this.#homes.has(node)) continue
      const free = adds
        ? canAdd(node) && this.#readersOf(node).length === 1 && !taken.some((other) => overlap(home, other))
        : !(moment.unit as Single).sum &&
          (readers.get(home.buffer.region) ?? []).every((reader) => isBefore(reader, moment))
      if (!free) continue
      this.#settle(node, home)
      if (!adds) continue
      this.#added.add(node)
      taken.push(home)
    }
  }

  #keepStates(own: Loop, timeline: readonly Moment[], at: number): void {
    const { scan } = own
    const { last } = timeline[at]!
    const { axis, states } = scan.attributes
    const inside = insideOf(
      states.map(({ next }) => next),
      leavesOf(scan),
    )
    const written = new Map<Node, Moment>()
    for (let inner = at + 1; timeline[inner]?.loop === own; inner++) {
      const moment = timeline[inner]!
      if (moment.unit.kind === 'loop') continue
      for (const node of moment.unit.kind === 'kernel' ? moment.unit.nodes : [moment.unit.node])
        written.set(node, moment)
    }
    const taken = new Set<Node>()
    const homes = states.map(({ old, next }): StateHome => {
      const writes = inside.has(next) && !isView(next) && !taken.has(next) && !arrayStart(next)
      if (writes) taken.add(next)
      const seen = [...this.#readersOf(old), ...this.#readersOf(next)].some(
        ({ node, loop }) => loop?.scan !== scan && !node.operation.seen?.(node).last,
      )
      const writer = written.get(next)
      const inPlace = writes
        ? writer && this.#readersOf(old).every((reader) => reader.loop?.scan !== scan || isBefore(reader, writer))
        : this.#readersOf(old).every((reader) => reader.loop?.scan !== scan || reader.index < last)
      const slots = seen || !inPlace
      const { rows, columns } = old.shape
      const buffer = bufferOf('scratch', slots ? [axis, ...rows] : rows, padded(columns), slots)
      return { home: { buffer, column: 0, columns }, slots, writer: writes ? next : undefined }
    })
    this.#states.set(scan, homes)
    homes.forEach(({ home, writer }, i) => {
      if (writer) this.#settle(writer, home, this.stateView(scan, i, 'new').shift)
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
    const free = phase === 'body' ? this.#freed(unit, index, loop) : new Map<string, Home[]>()
    // First what is read last where several are made that are to stand side by side: they move in there.
    const late = (node: Node): number =>
      this.#severalMade.has(`${this.#lastUse.get(node)} ${node.shape.columns}`) ? 0 : 1
    const wanted = stacked.toSorted((a, b) => late(a) - late(b) || this.#rank(a) - this.#rank(b) || a.id - b.id)
    const rest: Node[] = []
    for (const node of wanted) {
      const home = free.get(spanKey(node.shape.columns, this.#rows(node, loop)))?.pop()
      if (home) this.#settle(node, home)
      else rest.push(node)
    }
    this.#bundle(rest, rest[0] ? this.#rows(rest[0], loop) : [], phase)
    for (const node of results) if (!this.#homes.has(node)) this.#bundle([node], this.#rows(node, loop), phase)
  }

  #noteSeveral({ nodes }: Kernel, index: number): void {
    const made = new Set<number>()
    for (const node of nodes) {
      const { columns } = node.shape
      if (!this.#ranks.has(node)) continue
      if (made.has(columns)) this.#severalMade.add(`${index} ${columns}`)
      made.add(columns)
    }
  }

  /**
   * Homes of arrays that this kernel is the last to read, by their columns and rows; the last of each list is the next to move
   * into. Only what is read just as it stands can be written over element by element.
   */
  #freed(unit: Kernel, index: number, loop: Loop | undefined): Map<string, Home[]> {
    const homes = new Set<Home>()
    const cut = new Set<Home>()
    for (const node of readsOf(unit)) {
      const source = this.#sources.of(node)
      const own = source && this.#homes.get(source)
      if (!own || own.shift.length > 0 || own.home.buffer.region !== 'scratch' || own.home.buffer.extraSlot) continue
      if (loop && !own.home.buffer.rows.includes(loop.scan.attributes.axis)) continue
      homes.add(own.home)
      if (this.view(node)!.columns !== own.home.columns) cut.add(own.home)
    }
    const result = new Map<string, Home[]>()
    // Most that stand side by side come first, in their order, so that what moves in stands side by side too.
    const free = [...homes].filter((home) => !cut.has(home) && this.#freeAfter.get(home)! <= index)
    const beside = new Map<Buffer, number>()
    for (const { buffer } of free) beside.set(buffer, (beside.get(buffer) ?? 0) + 1)
    const order = free
      .toSorted(
        (a, b) =>
          beside.get(b.buffer)! - beside.get(a.buffer)! || b.buffer.width - a.buffer.width || a.column - b.column,
      )
      .toReversed()
    for (const home of order) {
      const key = spanKey(home.columns, home.buffer.rows)
      const alike = result.get(key)
      if (alike) alike.push(home)
      else result.set(key, [home])
    }
    return result
  }

  /** Singles of one kind that share an operand stand side by side in one buffer. */
  #placeSingles(at: number, timeline: readonly Moment[]): void {
    const first = timeline[at]!
    const { node, phase, sum } = first.unit as Single
    if (this.#homes.has(node)) return
    const begun = this.#begun(node, first)
    if (begun) return this.#settle(node, begun)
    const rows = this.#rows(node, first.loop)
    const siblings = [node]
    for (let next = at + 1; lowerings.get(node.operation)?.bundled && next < timeline.length; next++) {
      const { unit, loop } = timeline[next]!
      if (loop !== first.loop || unit.kind !== 'single' || unit.phase !== phase) break
      if (unit.node.operation !== node.operation) break
      if (this.#sources.of(sharedInput(unit.node)!) !== this.#sources.of(sharedInput(node)!)) break
      if (this.#homes.has(unit.node) || !sameRows(this.#rows(unit.node, loop), rows)) break
      if (arrayStart(unit.node)) break
      siblings.push(unit.node)
    }
    // Products stand in the order of their parameters already; the others follow what they are read from.
    const column = (sibling: Node): number =>
      isProduct(sibling) ? 0 : (this.view(sibling.inputs[0]!)?.home.column ?? 0)
    const placed = siblings.length > 1 ? siblings.toSorted((a, b) => column(a) - column(b)) : siblings
    this.#bundle(placed, rows, phase, sum)
  }

  /** The home of the array a product starts from, where the product alone still reads it and can be made in it. */
  #begun(node: Node, { index, loop }: Moment): Home | undefined {
    const start = arrayStart(node)
    const source = start && this.#sources.of(start)
    const own = source && this.#homes.get(source)
    if (!own || own.shift.length > 0) return undefined
    const { home } = own
    if (home.buffer.region !== 'scratch' || home.buffer.extraSlot || home.columns !== node.shape.columns)
      return undefined
    if (
      this.#freeAfter.get(home)! > index ||
      this.#readersOf(source).filter((reader) => reader.index === index).length > 1
    )
      return undefined
    const fits = loop
      ? home.buffer.rows.includes(loop.scan.attributes.axis)
      : sameRows(home.buffer.rows, this.#rows(node, loop))
    return fits ? home : undefined
  }

  #bundle(nodes: readonly Node[], rows: readonly RowAxis[], phase: Phase, sum = false): void {
    if (nodes.length === 0) return
    const single = nodes.length === 1
    const width = nodes.reduce((sum, { shape }) => sum + (single ? padded(shape.columns) : wide(shape.columns)), 0)
    const buffer = bufferOf(sum ? 'sums' : regionOf(phase), rows, width)
    let column = 0
    for (const node of nodes) {
      const { columns } = node.shape
      this.#settle(node, { buffer, column, columns })
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

/** Where the arrays of a phase lie that nobody outside sees. */
export const regionOf = (phase: Phase): string =>
  phase === 'body' ? 'scratch' : phase === 'prepare' ? 'prepared' : 'finished'

/** Whether what is read may be overwritten at a moment: it was read before, or the same kernel reads it as it stands. */
const isBefore = ({ node, index }: Reader, { index: now, unit }: Moment): boolean =>
  index < now || (index === now && unit.kind === 'kernel' && unit.columns === node.shape.columns)

const overlap = (a: Home, b: Home): boolean => a.column < b.column + b.columns && b.column < a.column + a.columns

const spanKey = (columns: number, rows: readonly RowAxis[]): string => `${columns} ${rows.join()}`

const wide = (columns: number): number => Math.ceil(columns / 16) * 16

/** The array a product starts from, if it is more than a vector. */
function arrayStart(node: Node): Node | undefined {
  const start = isProduct(node) ? startOf(node) : undefined
  return start && start.shape.rows.length > 0 ? start : undefined
}

/** Whether it can be added to what is there. */
const canAdd = (node: Node): boolean => (isProduct(node) ? !startOf(node) : node.operation.kind === 'reduction')

export const parameterHome = (region: string, node: Node, places: ReadonlyMap<Node, ParameterPlace>): Home => {
  const { offset, pitch } = places.get(node)!
  const buffer = bufferOf(region, node.shape.rows, pitch)
  buffer.offset = offset === 0 ? [] : [{ factor: offset, axes: [] }]
  return { buffer, column: 0, columns: node.shape.columns }
}
