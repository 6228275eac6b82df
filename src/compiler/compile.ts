import type { Formula, Instruction, PackBlock, PackInstruction, Place, Program, Span } from '../backends/backend.ts'
import { addOperation, concatOperation, ordered, sameRows, sameShape, type Node } from '../graph/index.ts'
import { checkRows } from './check-rows.ts'
import { ownHome, spotOf, whole, type Buffer, type Home, type Spot } from './arrays.ts'
import type { Draft, GemmDraft } from './drafts.ts'
import { Emitter } from './emit.ts'
import { term } from './formula.ts'
import { layoutOf } from './layout.ts'
import type { Meaning } from './meaning.ts'
import { Meanings } from './meanings.ts'
import { merge } from './merge.ts'
import { plan } from './plan.ts'
import { listPositions } from './positions.ts'
import { accumulate, ranking } from './product.ts'
import { moments, Sources } from './sources.ts'
import { meaningOf, placeOf, spanOf, walkOver, type Over, type PlacedMeaning, type Walk } from './spans.ts'
import { parameterHome, Storage, type Delivery } from './storage.ts'
import { countUses } from './sums.ts'
import { unitsOf, type Phase } from './units.ts'

/** A graph to be compiled. Input nodes become regions of their own names; rows of every array are padded to 16 floats. */
export interface Computation {
  readonly name: string
  /** In the order of their layout; the region `parameters`. */
  readonly parameters: readonly Node[]
  /** Values written to regions; a region may have the name of an input, which is then overwritten. */
  readonly outputs: Readonly<Record<string, Node>>
  /** Sums over all rows, added to what is in their regions. */
  readonly sums?: Readonly<Record<string, Node>>
  /** Gradients of parameters, added to the region `gradients`, which lies as the parameters do. */
  readonly gradients?: ReadonlyMap<Node, Node>
}

/** A compiled program, and where its regions' arrays lie. */
export interface Compiled {
  readonly program: Program
  readonly parameterFloats: number
  readonly meant: Meant
}

/** What a program's places mean, kept beside it, since programs are known by what they say. */
export interface Meant {
  readonly places: ReadonlyMap<Place, PlacedMeanings>
  /** What lies in regions bound from outside beforehand. */
  readonly given: readonly (Span & { readonly place: Place })[]
  /** What arrays are called, by their numbers. */
  readonly names: readonly string[]
}

let listener: ((compiled: Compiled) => void) | undefined

/** Has every program shown to a function as soon as it is compiled, or to none. */
export function onCompiled(listen: ((compiled: Compiled) => void) | undefined): void {
  listener = listen
}

/**
 * From a graph to a program: folds, orders, places, emits, groups and packs.
 *
 * @throws UnrolledError `bad-program` for a graph that a program cannot say: rows that an instruction cannot walk over.
 */
export function compile(computation: Computation): Compiled {
  const { parameters, outputs, sums = {}, gradients = new Map<Node, Node>() } = computation
  const layout = layoutOf(parameters)
  const wanted = [...Object.values(outputs), ...Object.values(sums), ...gradients.values()]
  const roots = accumulate(listPositions(wanted), parameters)
  const named = [...Object.keys(outputs), ...Object.keys(sums)]
  const trained = [...gradients.keys()]
  const uses = countUses(roots)
  const deliveries = roots.flatMap((node, i): Delivery[] => {
    const name = named[i]
    if (name !== undefined) {
      const adds = name in sums
      return [{ node, home: ownHome(name, node.shape.rows, node.shape.columns), adds }]
    }
    const parameter = trained[i - named.length]!
    return parts({ node, home: parameterHome('gradients', parameter, layout.places), adds: true }, uses)
  })
  const targets = deliveries.map(({ node }) => node)
  const rankOf = ranking(parameters)
  const timeline = moments(unitsOf(targets, rankOf))
  const sources = new Sources(ordered(targets))
  checkRows(timeline, deliveries, sources)
  const storage = new Storage(timeline, deliveries, sources, layout.places, rankOf)
  const meanings = new Meanings(timeline, sources, storage)
  const { phases, buffers } = new Emitter(storage, sources, meanings).emit(timeline, deliveries)

  const sizes = regionSizes([...buffers], layout.floats)
  const regions = [...sizes].map(([name, size]) => ({ name, size }))
  const places = new Map<Place, PlacedMeanings>()
  const place = placing(
    regions.map(({ name }) => name),
    places,
  )
  const packs = new Packs()
  const prepare = instructions('prepare', merge(phases.prepare), packs, place)
  const body = instructions('body', merge(phases.body), packs, place)
  const finish = instructions('finish', [...merge(phases.finish), ...clearing([...buffers])], packs, place)
  const program: Program = {
    name: computation.name,
    regions,
    packs: packs.count,
    prepare: [...packs.ofParameters, ...prepare, ...packs.ofPrepared],
    body,
    finish,
  }
  const given = givenTo(storage, deliveries, meanings).map(({ home, means }) => {
    const spot = spotOf(whole(home), [means])
    const walk = walkOver({ rows: home.buffer.rows, apart: false }, [spot], 'an array')
    return { place: place(spot, walk), ...spanOf(walk) }
  })
  const compiled = { program, parameterFloats: layout.floats, meant: { places, given, names: meanings.names } }
  listener?.(compiled)
  return compiled
}

/** A gradient made of sums and blocks is delivered piece by piece. */
function parts(delivery: Delivery, uses: ReadonlyMap<Node, number>): Delivery[] {
  const { node, home } = delivery
  if (uses.get(node) !== 1) return [delivery]
  if (node.operation === addOperation && node.inputs.every(({ shape }) => sameShape(shape, node.shape))) {
    return node.inputs.flatMap((term) => parts({ ...delivery, node: term }, uses))
  }
  if (node.operation === concatOperation && node.inputs.every(({ shape }) => sameRows(shape.rows, node.shape.rows))) {
    let { column } = home
    return node.inputs.flatMap((part) => {
      const block = { ...home, column, columns: part.shape.columns }
      column += part.shape.columns
      return parts({ ...delivery, node: part, home: block }, uses)
    })
  }
  return [delivery]
}

/** Places all buffers of the program's own regions and sizes every region. */
function regionSizes(buffers: readonly Buffer[], parameterFloats: number): Map<string, Formula> {
  const sizes = new Map<string, Formula>()
  for (const name of new Set(buffers.map(({ region }) => region))) {
    const inside = buffers.filter(({ region }) => region === name)
    const laidOut = parameterFloats > 0 && (name === 'parameters' || name === 'gradients')
    if (laidOut) sizes.set(name, term(parameterFloats))
    else if (name === 'scratch') sizes.set(name, plan(inside, true))
    else if (own.has(name)) sizes.set(name, plan(inside, false))
    else sizes.set(name, plan(inside.slice(0, 1), false))
  }
  return sizes
}

const own = new Set(['prepared', 'sums', 'finished'])

/** Sums over windows are zero again when an update is finished. */
const clearing = (buffers: readonly Buffer[]): Draft[] =>
  buffers
    .filter(({ region }) => region === 'sums')
    .map((buffer) => ({
      kind: 'fill',
      over: { rows: buffer.rows, apart: false },
      value: 0,
      columns: buffer.width,
      dest: { buffer, shift: [], along: buffer.rows, broadcast: false, means: [] },
    }))

/** What a place means, and what is there before something is added to it, if that is another array. */
export interface PlacedMeanings {
  readonly means: readonly PlacedMeaning[]
  readonly found?: readonly PlacedMeaning[]
}

type Placing = (spot: Spot, walk: Walk) => Place

const placing =
  (regions: readonly string[], places: Map<Place, PlacedMeanings>): Placing =>
  (spot, walk) => {
    const place = placeOf(spot, walk, regions.indexOf(spot.buffer.region))
    const placed = (meanings: readonly Meaning[]): PlacedMeaning[] =>
      meanings.map((meaning) => meaningOf(meaning, spot, walk))
    places.set(place, { means: placed(spot.means), ...(spot.found && { found: placed(spot.found) }) })
    return place
  }

/** Inputs, parameters, and what sums are added to. */
function givenTo(
  storage: Storage,
  deliveries: readonly Delivery[],
  meanings: Meanings,
): { home: Home; means: Meaning }[] {
  const inputs = storage.given().map(({ of, home }) => {
    const shape = { rows: home.buffer.rows, columns: home.columns }
    return { home, means: typeof of === 'string' ? meanings.given(of, shape) : meanings.of(of)! }
  })
  const added = deliveries.filter(({ adds }) => adds).map(({ home }) => ({ home, means: meanings.outside(home) }))
  return [...inputs, ...added]
}

/** Outside of loops, over no rows. */
const still = walkOver({ rows: [], apart: false }, [], '')

/** Right-hand matrices by what they are made of: each is packed once. */
class Packs {
  readonly #known = new Map<string, number>()
  /** Packs of parameters come first in `prepare`; packs of what is prepared, last, but those that `prepare` itself uses. */
  readonly ofParameters: PackInstruction[] = []
  readonly ofPrepared: PackInstruction[] = []

  get count(): number {
    return this.#known.size
  }

  /** The pack's number, and the instruction that makes it if it is new and is made where it is used. */
  add(phase: Phase, draft: GemmDraft, place: Placing): { pack: number; made?: PackInstruction } {
    const { k, n } = draft
    const blocks = draft.blocks.map((block): PackBlock => ({ ...block, source: place(block.source, still) }))
    // Another array may lie in the same place at another time.
    const key = JSON.stringify([blocks, draft.blocks.map(({ source }) => source.means), k, n])
    const known = this.#known.get(key)
    if (known !== undefined) return { pack: known }
    const pack = this.#known.size
    this.#known.set(key, pack)
    const made: PackInstruction = { kind: 'pack', pack, k, n, blocks }
    const regions = new Set(draft.blocks.map(({ source }) => source.buffer.region))
    if ([...regions].every((region) => region === 'parameters')) this.ofParameters.push(made)
    else if (phase !== 'prepare' && [...regions].every((region) => region === 'parameters' || region === 'prepared'))
      this.ofPrepared.push(made)
    else return { pack, made }
    return { pack }
  }
}

/**
 * Drafts with every place known; packs that depend on data stand before the loop that uses them. Phases come in the order in
 * which they run: a pack is made by the first that uses it.
 */
function instructions(phase: Phase, drafts: readonly Draft[], packs: Packs, place: Placing): Instruction[] {
  const result: Instruction[] = []
  let loop = -1
  let axis: string | undefined
  for (const draft of drafts) {
    if (draft.kind === 'loop') {
      loop = result.length
      axis = draft.axis
    }
    if (draft.kind === 'end') {
      loop = -1
      axis = undefined
    }
    const { kind } = draft
    if (kind !== 'gemm') {
      result.push(kind === 'loop' || kind === 'end' ? draft : (settled(draft, axis, place) as Instruction))
      continue
    }
    const { blocks: _, ...rest } = draft
    const { pack, made } = packs.add(phase, draft, place)
    if (made && loop >= 0) result.splice(loop++, 0, made)
    else if (made) result.push(made)
    result.push({ ...(settled(rest, axis, place) as Omit<Extract<Instruction, { kind: 'gemm' }>, 'pack'>), pack })
  }
  return result
}

/** A draft with its rows as extents and its spots as places; `loop` is the axis of the loop it stands in. */
function settled(draft: { kind: string; over?: Over }, loop: string | undefined, place: Placing): unknown {
  const { over, ...rest } = draft
  const walk = walkOver(
    over ?? { ...(loop !== undefined && { loop }), rows: [], apart: false },
    spotsOf(rest),
    `a ${draft.kind}`,
  )
  return { kind: draft.kind, ...(over && spanOf(walk)), ...(placed(rest, (spot) => place(spot, walk)) as object) }
}

const isSpot = (value: object): value is Spot => 'buffer' in value

function spotsOf(value: unknown): Spot[] {
  if (typeof value !== 'object' || value === null) return []
  return isSpot(value) ? [value] : Object.values(value).flatMap(spotsOf)
}

/** Replaces every spot in a draft by its place. */
function placed(value: unknown, place: (spot: Spot) => Place): unknown {
  if (Array.isArray(value)) return value.map((inner) => placed(inner, place))
  if (typeof value !== 'object' || value === null) return value
  if (isSpot(value)) return place(value)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, placed(inner, place)]))
}
