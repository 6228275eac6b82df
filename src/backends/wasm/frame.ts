/**
 * A frame: the parameter blocks of a list of instructions, in wasm memory, one for each thread. Each field is a formula of the
 * extents plus the address of a region, evaluated when an extent or an address changes and at no other time; a thread's frame
 * differs in the fields by which its share of the work begins and ends.
 */

import type { Extents, Formula } from '../backend.ts'
import type { Bounds } from '../program/bounds.ts'
import { Formulas } from '../program/formulas.ts'
import { callFields, firstItem, largestShare } from './deal.ts'
import type { Call, Way } from './deal.ts'

/** What a field's value is counted from. */
export type Origin = { readonly region: number } | { readonly pack: number } | 'zero' | 'scratch' | 'frame'

interface Slot {
  readonly at: number
  readonly scale: number
  readonly formula: Formula
  readonly origin: Origin
}

/**
 * Scalars, the number of threads that run the frame's plan together, where times are added up (0: nowhere), and loop counts at
 * the beginning of every frame.
 */
export const frameHeader = { seed: 0, step: 4, sequence: 8, window: 12, threads: 16, times: 20, loops: 24 } as const

/** Where a call was laid out: its fields, its block, and the ways to deal it out, which are yet to be added. */
export interface LaidCall {
  readonly fields: number
  readonly block: number
  readonly ways: Way[]
}

/** Collects the fields of a frame while a program is compiled. */
export class FrameLayout {
  readonly slots: Slot[] = []
  readonly calls: Call[] = []
  /** Products of `operations` and counts, whose sum is how much there is to do. */
  readonly efforts: { readonly operations: number; readonly counts: readonly Formula[] }[] = []
  bytes: number

  constructor(loops: readonly string[]) {
    this.bytes = frameHeader.loops + 4 * loops.length
    for (const [index, axis] of loops.entries())
      this.set(frameHeader.loops + 4 * index, [{ factor: 1, axes: [axis] }], 1)
  }

  /** Room for a call and its block of so many bytes. */
  call(bytes: number): LaidCall {
    const fields = this.bytes
    const ways: Way[] = []
    this.calls.push({ at: fields, ways })
    this.bytes += callFields.bytes + bytes
    return { fields, block: fields + callFields.bytes, ways }
  }

  /** A field of its own: origin + scale · formula. Gives where it is. */
  field(formula: Formula, scale: number): number {
    const at = this.bytes
    this.bytes += 4
    this.set(at, formula, scale)
    return at
  }

  /** The 32-bit field `at` bytes into the frame becomes origin + scale · formula. */
  set(at: number, formula: Formula | number, scale: number, origin: Origin = 'zero'): void {
    this.slots.push({ at, scale, formula: typeof formula === 'number' ? constant(formula) : formula, origin })
  }

  /** Notes that so many operations are done as often as the product of the counts says. */
  work(operations: number, counts: readonly Formula[]): void {
    this.efforts.push({ operations, counts })
  }
}

const constant = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])

/** Where things begin, in bytes. */
export interface Addresses {
  readonly regions: readonly number[]
  readonly packs: readonly number[]
}

/** A way with its formulas by number. */
interface NumberedWay {
  readonly items: number
  readonly grain: number
  readonly count: number
  readonly moves: readonly { readonly at: number; readonly by: number; readonly scale: number }[]
}

/** Evaluates a layout, and remembers for which extents it did. */
export class Frame {
  /** Operations at the extents of the last update. */
  work = 0
  readonly words: number
  /** The first thread adds the times of its instructions up at this address; 0 where none are measured. */
  readonly times: number
  private readonly bounds: Bounds
  private readonly formulas = new Formulas()
  private readonly slots: readonly { at: number; scale: number; formula: number; region: number; pack: number }[]
  /** Fields that count from the thread's scratch memory and from the frame itself. */
  private readonly fromScratch: readonly number[]
  private readonly fromFrame: readonly number[]
  private readonly calls: readonly { at: number; ways: readonly NumberedWay[] }[]
  private readonly efforts: readonly { operations: number; counts: readonly number[] }[]
  private readonly extents: number[]
  /** The fields as far as they are the same for all threads. */
  private readonly common: Int32Array

  /** `bounds` are those of the list that was laid out. */
  constructor(layout: FrameLayout, bounds: Bounds, times: number) {
    const { formulas } = this
    this.times = times
    this.words = layout.bytes / 4
    this.common = new Int32Array(this.words)
    this.bounds = bounds
    this.slots = layout.slots.map(({ at, scale, formula, origin }) => ({
      at: at / 4,
      scale,
      formula: formulas.add(formula),
      region: typeof origin === 'object' && 'region' in origin ? origin.region : -1,
      pack: typeof origin === 'object' && 'pack' in origin ? origin.pack : -1,
    }))
    const from = (wanted: Origin): number[] =>
      layout.slots.flatMap(({ at, origin }) => (origin === wanted ? [at / 4] : []))
    this.fromScratch = from('scratch')
    this.fromFrame = from('frame')
    this.calls = layout.calls.map(({ at, ways }) => ({
      at,
      ways: ways.map(({ items, grain, count, moves }) => ({
        items: formulas.add(items),
        grain,
        count,
        moves: moves.map(({ at, by, scale }) => ({ at, by: formulas.add(by), scale })),
      })),
    }))
    this.efforts = layout.efforts.map(({ operations, counts }) => ({
      operations,
      counts: counts.map((count) => formulas.add(count)),
    }))
    this.extents = formulas.axes.map(() => -1)
  }

  /** Says that an address has changed. */
  invalidate(): void {
    this.bounds.invalidate()
  }

  /** Brings the fields up to date and says whether any may have changed; `floats` is how much memory each region is bound to. */
  update(extents: Extents, addresses: Addresses, floats: readonly number[]): boolean {
    if (!this.bounds.update(extents, floats)) return false
    const { axes } = this.formulas
    for (let axis = 0; axis < axes.length; axis++) this.extents[axis] = extents[axes[axis] as string] as number
    for (const { at, scale, formula, region, pack } of this.slots) {
      let value = this.value(formula) * scale
      if (region >= 0) value += addresses.regions[region] as number
      if (pack >= 0) value += addresses.packs[pack] as number
      this.common[at] = value
    }
    this.work = 0
    for (const { operations, counts } of this.efforts) {
      let product = operations
      for (const count of counts) product *= this.value(count)
      this.work += product
    }
    return true
  }

  /** The fields of a thread, one of `threads` that share the work; its frame and its scratch memory are at these addresses. */
  deal(into: Int32Array, address: number, scratch: number, thread: number, threads: number): void {
    into.set(this.common)
    for (const at of this.fromScratch) into[at] = (into[at] as number) + scratch
    for (const at of this.fromFrame) into[at] = (into[at] as number) + address
    into[frameHeader.threads / 4] = threads
    into[frameHeader.times / 4] = thread === 0 ? this.times : 0
    for (const { at, ways } of this.calls) {
      const some = (at + callFields.some) / 4
      into[some] = thread === 0 ? 1 : 0
      const way = this.fairest(ways, threads)
      if (way === undefined) continue
      const items = this.value(way.items)
      const first = firstItem(items, way.grain, thread, threads)
      const count = firstItem(items, way.grain, thread + 1, threads) - first
      into[some] = count > 0 ? 1 : 0
      into[way.count / 4] = count
      for (const { at, by, scale } of way.moves)
        into[at / 4] = (into[at / 4] as number) + first * scale * this.value(by)
    }
  }

  /** The way by which the busiest thread has least to do. */
  private fairest(ways: readonly NumberedWay[], threads: number): NumberedWay | undefined {
    let best: NumberedWay | undefined
    let least = Infinity
    for (const way of ways) {
      const share = largestShare(this.value(way.items), way.grain, threads)
      if (share < least) {
        least = share
        best = way
      }
    }
    return best
  }

  private value(formula: number): number {
    return this.formulas.evaluate(formula, this.extents)
  }
}
