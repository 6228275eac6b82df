/** What instructions run on: the bound memory, the packed matrices, and the extents and scalars of one call. */

import { UnrolledError } from '../../error.ts'
import type { Extents, Formula, Place, Scalars, WeightFormat } from '../backend.ts'
import type { ReferenceMemory } from './memory.ts'

/** A place at hand: the element at (t, row, column) is `data[at(t, row) + column * step]`. */
export class View {
  data: Float64Array = new Float64Array(0)
  offset = 0
  stride = 0
  pitch = 0
  /** 0 where one value serves every column. */
  step = 1
  /** Where it begins at the first index of every axis walked, and how far it moves along each. */
  base = 0
  readonly walk: number[] = []
  /** The call for which the numbers above hold. */
  call = -1

  at(t: number, row: number): number {
    return this.offset + t * this.stride + row * this.pitch
  }
}

/** A right-hand matrix, k rows of n. */
export interface Pack {
  k: number
  n: number
  data: Float64Array
}

export class Machine {
  readonly packs: Pack[]
  /** What packed matrices are rounded to. */
  readonly weights: WeightFormat
  readonly #memories: ReferenceMemory[] = []
  readonly #views = new Map<Place, View>()
  #scratch: Float64Array = new Float64Array(64)
  #extents: Extents = {}
  #scalars: Scalars = {}
  #call = 0
  /** The indices of the axes that the instruction walks. */
  readonly walked: number[] = []

  constructor(packs: number, weights: WeightFormat) {
    this.weights = weights
    this.packs = Array.from({ length: packs }, () => ({ k: 0, n: 0, data: new Float64Array(0) }))
  }

  bind(memories: readonly ReferenceMemory[]): void {
    for (const [index, memory] of memories.entries()) this.#memories[index] = memory
  }

  /** Begins a call. */
  begin(extents: Extents, scalars: Scalars): void {
    this.#call++
    this.#extents = extents
    this.#scalars = scalars
  }

  extent(axis: string): number {
    return this.#extents[axis]!
  }

  /** The first step of the window, which what is drawn once a window is keyed by. */
  get window(): number {
    return this.#scalars['window'] ?? this.scalar('step')
  }

  scalar(name: string): number {
    const value = this.#scalars[name]
    if (value === undefined) throw new UnrolledError('missing-scalar', `the program needs the scalar "${name}"`)
    return value
  }

  /** The value of a formula. */
  count(formula: Formula): number {
    let sum = 0
    for (let term = 0; term < formula.length; term++) {
      const { factor, axes } = formula[term]!
      let product = factor
      for (let axis = 0; axis < axes.length; axis++) product *= this.extent(axes[axis]!)
      sum += product
    }
    return sum
  }

  /** Where a place lies at the extents of this call. */
  view(place: Place): View {
    let view = this.#views.get(place)
    if (view === undefined) this.#views.set(place, (view = new View()))
    if (view.call !== this.#call) {
      view.call = this.#call
      view.data = this.#memories[place.region]!.data
      view.base = this.count(place.offset)
      view.walk.length = 0
      for (const stride of place.walk ?? []) view.walk.push(this.count(stride))
      view.stride = this.count(place.stride)
      view.pitch = this.count(place.pitch)
      view.step = place.broadcast ? 0 : 1
    }
    view.offset = view.base
    for (let i = 0; i < view.walk.length; i++) view.offset += view.walk[i]! * this.walked[i]!
    return view
  }

  /** Room for `count` numbers until the next call of this function. */
  scratch(count: number): Float64Array {
    if (this.#scratch.length < count) this.#scratch = new Float64Array(2 * count)
    return this.#scratch
  }
}
