/** Writes down where a call's parameters stand, how it is dealt out to threads, and in which order calls come. */

import type { Formula, Place, RowsInstruction, Span, WeightFormat } from '../backend.ts'
import { fixed } from '../program/place.ts'
import { callFields } from './deal.ts'
import type { Way } from './deal.ts'
import { FrameLayout, frameHeader } from './frame.ts'
import type { LaidCall } from './frame.ts'
import type { SharedKernel } from './shared-kernels.ts'

/**
 * Where a call's block and its own fields stand, and which instruction of the list it is, or a part of; `rows` names the rows
 * that it deals out, if it stands in a loop.
 */
interface Called {
  readonly block: number
  readonly fields: number
  readonly of: number
  readonly rows?: string
  /** Axes that are walked around the call, outermost first. */
  walk?: readonly WalkedAxis[]
}

/** Fields of the frame: how often the call is done, and addresses that move each time by so many bytes. */
export interface WalkedAxis {
  readonly countAt: number
  readonly moves: readonly { readonly address: number; readonly byAt: number }[]
}

export type Step =
  | ({ readonly do: 'call'; readonly kernel: SharedKernel } & Called)
  | ({ readonly do: 'rows'; readonly key: string } & Called)
  | { readonly do: 'loop'; readonly countAt: number; readonly reverse: boolean }
  | { readonly do: 'end' }
  | { readonly do: 'barrier' }
  /** The time of an instruction begins, and ends. */
  | { readonly do: 'begin' }
  | { readonly do: 'took'; readonly of: number }

/** What the parts of a program have in common. */
export interface Shared {
  /** Floats of each packed matrix, as far as instructions have named it. */
  readonly packFloats: number[]
  /** ROWS kernels by their key. */
  readonly rows: Map<string, RowsInstruction>
  scratchFloats: number
  /** What packed matrices are rounded to. */
  readonly weights: WeightFormat
  /** Whether the time of every instruction is measured. */
  readonly profile: boolean
}

export type Fields = Readonly<Record<string, number>>
export type Move = Way['moves'][number]

/** Columns that stay together: a line of the cache. */
const columnGrain = 16

export class Layouter {
  readonly layout: FrameLayout
  readonly plan: Step[] = []
  readonly shared: Shared
  /** Packed matrices that an instruction of this list has laid out already. */
  readonly packed = new Set<number>()
  random = false
  /** Which instruction is laid out now. */
  of = 0
  #loops = 0
  /** The places of the instruction that is laid out now, and the fields of their addresses. */
  #placed: { readonly address: number; readonly place: Place }[] = []
  /** How often what is laid out now is done. */
  #rounds: Formula | undefined

  constructor(loops: readonly string[], shared: Shared) {
    this.layout = new FrameLayout(loops)
    this.shared = shared
  }

  begin(axis: string, reverse: boolean): void {
    this.plan.push({ do: 'loop', countAt: frameHeader.loops + 4 * this.#loops++, reverse })
    this.#rounds = [{ factor: 1, axes: [axis] }]
  }

  end(): void {
    this.plan.push({ do: 'end' })
    this.#rounds = undefined
  }

  /** Room for a call of a shared kernel; of one that goes row by row, its rows. */
  call(kernel: SharedKernel, bytes: number, rows?: Formula): LaidCall {
    const laid = this.layout.call(bytes)
    this.plan.push({ do: 'call', kernel, ...this.#called(laid, rows) })
    return laid
  }

  /** The same of a ROWS kernel. */
  callRows(key: string, bytes: number, rows: Formula): LaidCall {
    const laid = this.layout.call(bytes)
    this.plan.push({ do: 'rows', key, ...this.#called(laid, rows) })
    return laid
  }

  #called({ block, fields }: LaidCall, rows: Formula | undefined): Called {
    return { block, fields, of: this.of, ...(this.#rounds && rows && { rows: JSON.stringify(rows) }) }
  }

  /** Sets a place; gives how it moves from row to row. */
  place({ block }: LaidCall, at: Fields, name: string, value: Place): Move {
    return this.placeAt(
      block + field(at, name),
      block + field(at, `${name}Stride`),
      block + field(at, `${name}Pitch`),
      value,
    )
  }

  placeAt(address: number, stride: number, pitch: number, value: Place): Move {
    this.layout.set(address, value.offset, 4, { region: value.region })
    this.layout.set(stride, value.stride, 4)
    this.layout.set(pitch, value.pitch, 4)
    this.#placed.push({ address, place: value })
    return { at: address, by: value.pitch, scale: 4 }
  }

  numbers({ block }: LaidCall, at: Fields, values: Fields): void {
    for (const [name, value] of Object.entries(values)) this.layout.set(block + field(at, name), value, 1)
  }

  /** Sets the span of a sum over it, which is dealt out by what each item is a sum of. */
  span({ block }: LaidCall, at: Fields, { outer, rows }: Span): void {
    this.layout.set(block + field(at, 'outer'), outer, 1)
    this.layout.set(block + field(at, 'rows'), rows, 1)
  }

  /** Sets the span, and deals its rows out; outside of a loop its outer indices, where these are dealt out more evenly. */
  dealRows(laid: LaidCall, at: Fields, span: Span, moves: readonly Move[]): void {
    this.span(laid, at, span)
    const { block, fields, ways } = laid
    const first = { at: fields + callFields.first, by: fixed(1), scale: 1 }
    if (!this.#rounds) ways.push({ items: span.outer, grain: 1, count: block + field(at, 'outer'), moves: [first] })
    ways.push({ items: span.rows, grain: 1, count: block + field(at, 'rows'), moves })
  }

  /** Deals columns out. */
  dealColumns({ block, ways }: LaidCall, at: Fields, columns: number, moves: readonly Move[]): void {
    ways.push({
      items: fixed(columns),
      grain: columnGrain,
      count: block + field(at, 'columns'),
      moves: moves.map((move) => ({ ...move, by: fixed(1) })),
    })
  }

  /** Ends an instruction: has its call done at every index of the axes walked, and notes how much work there is to a row. */
  finish({ outer, rows, walk = [] }: Span, effort: number): void {
    const placed = this.#placed
    this.#placed = []
    const step = this.plan.at(-1)
    if (walk.length > 0 && step && 'block' in step) {
      step.walk = walk.map((extent, axis) => ({
        countAt: this.layout.field(extent, 1),
        moves: placed.map(({ address, place }) => ({ address, byAt: this.layout.field(place.walk![axis]!, 4) })),
      }))
    }
    this.layout.work(effort, [outer, rows, ...walk, ...(this.#rounds ? [this.#rounds] : [])])
  }
}

export function field(at: Fields, name: string): number {
  const offset = at[name]
  if (offset === undefined) throw new Error(`no field ${name}`)
  return offset
}
