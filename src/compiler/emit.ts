import type { PointwiseOperation } from '../backends/backend.ts'
import { UnrolledError } from '../error.ts'
import { constantOperation, isStep, type Node, type RowAxis, type ScanNode } from '../graph/index.ts'
import { asMatrix, bufferOf, spotOf, whole, type Buffer, type Spot, type View } from './arrays.ts'
import type { Draft, GemmDraft } from './drafts.ts'
import { padded } from './layout.ts'
import { lowerings } from './lowerings.ts'
import type { Meaning } from './meaning.ts'
import { joined, type Meanings } from './meanings.ts'
import { byPlace } from './neighbours.ts'
import { isProduct, linksOf, startOf, type ProductNode } from './product.ts'
import { type Moment, type Sources } from './sources.ts'
import type { Over } from './spans.ts'
import { regionOf, type Delivery, type Storage } from './storage.ts'
import { isInline, type Kernel, type Phase } from './units.ts'

/** What comes out of emission: drafts by phase, and every buffer they use with its time of use. */
export interface Emission {
  readonly phases: Readonly<Record<Phase, Draft[]>>
  readonly buffers: ReadonlySet<Buffer>
}

/** Turns units into instructions over buffers. */
export class Emitter {
  readonly #phases: Record<Phase, Draft[]> = { prepare: [], body: [], finish: [] }
  readonly #storage: Storage
  readonly #sources: Sources
  readonly #meanings: Meanings
  readonly #buffers: Set<Buffer>
  /** When what is emitted lives. */
  #moment: Pick<Moment, 'first' | 'last'> | undefined
  #phase: Phase = 'body'
  /** The axis of the loop that is emitted. */
  #loop: string | undefined
  /** Copies of inputs that deliveries overwrite before they are delivered themselves. */
  readonly #saved = new Map<Node, Spot>()

  constructor(storage: Storage, sources: Sources, meanings: Meanings) {
    this.#storage = storage
    this.#sources = sources
    this.#meanings = meanings
    this.#buffers = storage.buffers()
  }

  emit(timeline: readonly Moment[], deliveries: readonly Delivery[]): Emission {
    const order = byPlace(timeline, this.#storage, this.#sources)
    for (const [at, moment] of order.entries()) {
      this.#moment = moment
      this.#phase = moment.unit.phase
      if (moment.unit.kind === 'loop') this.#begin(moment.unit.scan)
      else if (moment.unit.kind === 'kernel') this.#kernel(moment.unit)
      else this.#single(moment.unit.node)
      const loop = moment.unit.kind === 'loop' ? moment.unit : moment.loop
      if (loop && order[at + 1]?.loop !== loop) this.#end(loop.scan)
    }
    this.#deliver(timeline, deliveries)
    return { phases: this.#phases, buffers: this.#buffers }
  }

  /** The rows of an instruction; `counted` says that it reads the position along the first of them. */
  #over(rows: readonly RowAxis[], counted = false): Over {
    const loop = this.#loop
    return loop === undefined ? { rows, apart: counted || isStep(rows[0]) } : { loop, rows, apart: false }
  }

  /** Notes that a buffer is used now. */
  #spot(view: View, means: Meaning | undefined): Spot {
    const { buffer } = view.home
    this.#buffers.add(buffer)
    const { first, last } = this.#moment!
    buffer.first = Math.min(buffer.first, first)
    buffer.last = Math.max(buffer.last, last)
    return spotOf(view, means ? [means] : [])
  }

  /** An input of pointwise work `columns` wide. */
  #wide(node: Node, columns: number): Spot {
    const view = this.#storage.view(node)!
    return { ...this.#spot(view, this.#meanings.of(node)), broadcast: view.columns === 1 && columns > 1 }
  }

  #dest(node: Node): Spot {
    return this.#spot(this.#storage.view(node)!, this.#meanings.of(node))
  }

  /** An array that can be read as it stands, `columns` wide: a constant or a repeated column is written out first. */
  #operand(node: Node): Spot {
    const saved = this.#saved.get(node)
    if (saved) return saved
    const view = this.#storage.view(node)
    const stands = view?.columns === node.shape.columns
    return stands ? this.#spot(view, this.#meanings.of(node)) : this.#written(node)
  }

  /** A copy in an array of its own. */
  #written(node: Node): Spot {
    const { rows, columns } = node.shape
    const home = { buffer: bufferOf(regionOf(this.#phase), rows, padded(columns)), column: 0, columns }
    const dest = this.#spot(whole(home), this.#meanings.outside(home))
    this.#copy(node, dest, rows, columns)
    return dest
  }

  /** A vector that can be read as far as it is padded: some columns of a wider one are written out first. */
  #row(node: Node): Spot {
    const view = this.#storage.view(node)
    const { columns } = node.shape
    const stands = view?.columns === view?.home.columns || padded(columns) === columns
    return stands ? this.#operand(node) : this.#written(node)
  }

  #copy(from: Node, dest: Spot, rows: readonly RowAxis[], columns: number, pad = padded(columns) - columns): void {
    const written = this.#inline(from)
    this.#out.push({
      kind: 'rows',
      over: this.#over(rows, written?.op === 'position'),
      columns,
      inputs: written ? [] : [this.#saved.get(from) ?? this.#wide(from, columns)],
      operations: written ? [written] : [],
      outputs: [{ value: 0, place: dest, pad }],
    })
  }

  /** What is written into a kernel where it is used: a number, or the index of the step. */
  #inline(node: Node): PointwiseOperation | undefined {
    const seen = this.#sources.through(node)
    if (!isInline(seen)) return undefined
    if (seen.operation !== constantOperation) return { op: 'position' }
    return { op: 'constant', value: (seen as Node<{ value: number }>).attributes.value }
  }

  get #out(): Draft[] {
    return this.#phases[this.#phase]
  }

  #begin(scan: ScanNode): void {
    const { axis, reverse, states } = scan.attributes
    states.forEach(({ old }, i) => {
      const view = this.#storage.stateView(scan, i, 'initial')
      const dest = this.#spot(view, this.#meanings.state(scan, i, 'initial'))
      this.#copy(scan.inputs[i]!, dest, old.shape.rows, old.shape.columns)
    })
    this.#out.push({ kind: 'loop', axis, reverse })
    this.#loop = axis
  }

  #end(scan: ScanNode): void {
    scan.attributes.states.forEach(({ old, next }, i) => {
      if (this.#storage.states(scan)[i]!.writer) return
      const view = this.#storage.stateView(scan, i, 'new')
      this.#copy(next, this.#spot(view, this.#meanings.state(scan, i, 'new')), old.shape.rows, old.shape.columns)
    })
    this.#out.push({ kind: 'end' })
    this.#loop = undefined
  }

  #kernel({ nodes, rows, columns }: Kernel): void {
    const inside = new Set(nodes)
    const inputs: Spot[] = []
    const inputNumbers = new Map<string, number>()
    const stored = nodes.filter((node) => this.#storage.isStored(node))
    const arrays = [...new Set(nodes.flatMap((node) => node.inputs))].filter((node) => !this.#isValue(node, inside))
    for (const node of arrays) {
      const key = this.#keyOf(node)
      const known = inputNumbers.get(key)
      const input = this.#wide(node, columns)
      if (known === undefined) inputNumbers.set(key, inputs.push(input) - 1)
      else inputs[known] = joined(inputs[known]!, input)
    }
    const operations: PointwiseOperation[] = []
    const known = new Map<string, number>()
    const add = (operation: PointwiseOperation): number => {
      const key = keyOf(operation)
      const number = known.get(key) ?? inputs.length + operations.push(operation) - 1
      known.set(key, number)
      return number
    }
    const numbers = new Map<Node, number>()
    const numberOf = (node: Node): number => {
      const own = numbers.get(node)
      if (own !== undefined) return own
      const written = this.#inline(node)
      if (written) return add(written)
      if (!this.#isValue(node, inside)) return inputNumbers.get(this.#keyOf(node))!
      return numberOf(this.#sources.through(node))
    }
    for (const node of nodes) numbers.set(node, add(operationOf(node, node.inputs.map(numberOf))))
    const outputs = stored.map((node) => ({
      value: numbers.get(node)!,
      place: this.#dest(node),
      pad: padded(columns) - columns,
    }))
    const counted = operations.some(({ op }) => op === 'position')
    this.#out.push({ kind: 'rows', over: this.#over(rows, counted), columns, inputs, operations, outputs })
  }

  /** Whether a kernel has the value without reading memory. */
  #isValue(node: Node, inside: ReadonlySet<Node>): boolean {
    const source = this.#sources.of(node)
    return inside.has(node) || source === undefined || inside.has(source)
  }

  #keyOf(node: Node): string {
    const { home, shift, column, columns, rows } = this.#storage.view(node)!
    return JSON.stringify([home.buffer.id, home.column, shift, column, columns, rows])
  }

  #single(node: Node): void {
    if (isProduct(node)) return this.#product(node)
    const lowering = lowerings.get(node.operation)
    if (!lowering?.lower) throw new UnrolledError('bad-program', `no instruction for ${node.operation.name}`)
    if (node.operation.kind === 'reduction') this.#clear(node)
    const { rows, columns } = node.shape
    lowering.lower(node, {
      over: this.#over(lowering.over?.(node) ?? rows),
      pad: padded(columns) - columns,
      input: (index) => this.#operand(node.inputs[index]!),
      dest: () => this.#dest(node),
      write: (draft) => this.#out.push(draft),
      fill: (value) => this.#fill(node, value),
      copy: (index, column, pad) => {
        const { columns } = node.inputs[index]!.shape
        this.#copy(node.inputs[index]!, this.#columnsOf(node, column, columns), rows, columns, pad)
      },
    })
  }

  /** Some columns of a node's array, to be written. */
  #columnsOf(node: Node, column: number, columns: number): Spot {
    const view = this.#storage.view(node)!
    const means = this.#meanings.of(node)!
    return this.#spot(
      { ...view, column: view.column + column, columns },
      { ...means, column: means.column + column, columns },
    )
  }

  /** Sums begin at zero, except those that further windows or others outside add to. */
  #clear(node: Node): void {
    if (!this.#storage.addsUp(node)) this.#fill(node, 0)
  }

  #fill(node: Node, value: number): void {
    const { rows, columns } = node.shape
    const wide = value === 0 ? padded(columns) : columns
    this.#out.push({ kind: 'fill', over: this.#over(rows), value, columns: wide, dest: this.#dest(node) })
  }

  /** Products one after the other, each added to what stands in the result already. */
  #product(node: ProductNode): void {
    const dest = this.#dest(node)
    const { columns: n } = node.shape
    const start = startOf(node)
    let begin: GemmDraft['start'] = this.#storage.addsUp(node) ? 'dest' : 'zero'
    let found = this.#meanings.of(node)!
    if (start && start.shape.rows.length === 0) begin = { row: this.#row(start) }
    else if (start) {
      begin = 'dest'
      const [from, to] = [this.#storage.view(start), this.#storage.view(node)!]
      const made = from?.home === to.home
      found = made ? this.#meanings.of(start)! : this.#meanings.partial(node, 0)
      if (!made) this.#copy(start, { ...dest, means: [found] }, node.shape.rows, n)
    }
    const links = linksOf(node)
    for (const [i, { w, a, transposed }] of links.entries()) {
      const k = a.shape.columns
      const sum = i === links.length - 1 ? this.#meanings.of(node)! : this.#meanings.partial(node, i + 1)
      this.#out.push({
        kind: 'gemm',
        over: this.#over(node.shape.rows),
        a: this.#operand(a),
        k,
        n: padded(n),
        dest: { ...dest, means: [sum], found: [found] },
        start: begin,
        blocks: [{ source: asMatrix(this.#operand(w)), atK: 0, atN: 0, k, n, transposed }],
      })
      begin = 'dest'
      found = sum
    }
  }

  /** Deliveries are made one after the other, so two regions cannot be swapped without a third place. */
  #save(deliveries: readonly Delivery[]): void {
    const written = new Set<string>()
    for (const { node, home } of deliveries) {
      const view = this.#storage.view(node)
      if (view?.home !== home) written.add(home.buffer.region)
      if (!view || view.home === home || !written.has(view.home.buffer.region)) continue
      const { rows, columns } = node.shape
      const place = { buffer: bufferOf('scratch', rows, padded(columns)), column: 0, columns }
      const dest = this.#spot(whole(place), this.#meanings.outside(place))
      this.#copy(node, dest, rows, columns)
      this.#saved.set(node, dest)
    }
  }

  #deliver(timeline: readonly Moment[], deliveries: readonly Delivery[]): void {
    const end = (timeline.at(-1)?.last ?? 0) + 1
    this.#moment = { first: end, last: end }
    this.#phase = 'body'
    this.#save(deliveries)
    for (const { node, home, adds } of deliveries) {
      const view = this.#storage.view(node)
      if (view?.home === home) continue
      this.#phase = view && ['sums', 'finished'].includes(view.home.buffer.region) ? 'finish' : 'body'
      const dest = this.#spot(whole(home), this.#meanings.outside(home))
      const { rows, columns } = node.shape
      if (!adds) this.#copy(node, dest, rows, columns)
      else {
        this.#out.push({
          kind: 'rows',
          over: this.#over(rows),
          columns,
          inputs: [dest, this.#operand(node)],
          operations: [{ op: 'add', a: 0, b: 1 }],
          outputs: [{ value: 2, place: dest, pad: 0 }],
        })
      }
    }
  }
}

/** Tells operations apart; 0 and −0 are two. */
const keyOf = (operation: PointwiseOperation): string =>
  operation.op === 'constant'
    ? Object.is(operation.value, -0)
      ? '-0'
      : `${operation.value}`
    : JSON.stringify(operation)

/** A pointwise node as programs name it. */
function operationOf({ operation: { name: op } }: Node, [a, b, c]: readonly number[]): PointwiseOperation {
  if (op === 'select') return { op, condition: a!, a: b!, b: c! }
  return (b === undefined ? { op, a } : { op, a, b }) as PointwiseOperation
}
