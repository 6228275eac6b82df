/**
 * Holds an instruction list against the memory it is bound to, before anything runs: whatever the extents are, no instruction
 * reads or writes outside of its regions. What depends on the numbers in memory (ids, targets) the kernels look at themselves.
 */

import { UnrolledError } from '../../error.ts'
import { Formulas } from './formulas.ts'
import { usesOf, type Kind } from './instructions.ts'
import type { Extents, Formula } from './place.ts'
import type { Program } from './program.ts'

/** Backends count rows and steps in 32 bits. */
const most = 2 ** 31 - 1

/** A use with its formulas by number. */
interface Reach {
  readonly kind: Kind
  readonly region: number
  readonly outer: number
  readonly rows: number
  readonly offset: number
  readonly stride: number
  readonly pitch: number
  readonly columns: number
  /** Extents and strides of the axes walked. */
  readonly walk: readonly number[]
}

export class Bounds {
  readonly #program: Program
  readonly #formulas = new Formulas()
  readonly #reaches: Reach[] = []
  /** The regions' sizes; none where the list does not know every extent. */
  readonly #sizes: readonly number[]
  readonly #extents: number[]
  readonly #values: Float64Array
  /** Floats that each region has for this list. */
  readonly #room: number[]
  #stale = true

  /** Of one of the program's lists. Only `body` knows every extent: there a region is held to its own size. */
  constructor(program: Program, list: 'prepare' | 'body' | 'finish') {
    this.#program = program
    this.#sizes = list === 'body' ? program.regions.map(({ size }) => this.#formulas.add(size)) : []
    const known = new Set<string>()
    let loop: Formula | undefined
    for (const instruction of program[list]) {
      if (instruction.kind === 'loop') loop = [{ factor: 1, axes: [instruction.axis] }]
      if (instruction.kind === 'end') loop = undefined
      if (loop) this.#formulas.add(loop)
      for (const { place, outer, rows, columns, walk = [] } of usesOf(instruction, loop)) {
        const reach: Reach = {
          kind: instruction.kind,
          region: place.region,
          outer: this.#formulas.add(outer),
          rows: this.#formulas.add(rows),
          offset: this.#formulas.add(place.offset),
          stride: this.#formulas.add(place.stride),
          pitch: this.#formulas.add(place.pitch),
          columns: place.broadcast ? Math.min(1, columns) : columns,
          walk: walk.flatMap((extent, i) => [this.#formulas.add(extent), this.#formulas.add(place.walk![i]!)]),
        }
        const key = Object.values(reach).slice(1).join()
        if (!known.has(key)) this.#reaches.push(reach)
        known.add(key)
      }
    }
    this.#extents = this.#formulas.axes.map(() => -1)
    this.#values = new Float64Array(this.#formulas.count)
    this.#room = program.regions.map(() => 0)
  }

  /** Says that regions are bound to other memory. */
  invalidate(): void {
    this.#stale = true
  }

  /**
   * Whether extents or memory are others than the last time; then, that all is in order with them. `floats` is how much memory
   * each region is bound to. Makes no array.
   *
   * @throws UnrolledError `bad-extent`, `region-too-small`, `out-of-region`
   */
  update(extents: Extents, floats: readonly number[]): boolean {
    const { axes } = this.#formulas
    for (let i = 0; i < axes.length; i++) {
      const value = extents[axes[i]!]
      if (value === this.#extents[i]) continue
      this.#stale = true
      if (value === undefined || !Number.isInteger(value) || value < 0 || value > most)
        throw new UnrolledError(
          'bad-extent',
          `extent "${axes[i]}" must be a whole number, at most ${most}, not ${value}`,
        )
      this.#extents[i] = value
    }
    if (!this.#stale) return false
    for (let i = 0; i < this.#values.length; i++) this.#values[i] = this.#formulas.evaluate(i, this.#extents)
    for (let i = 0; i < floats.length; i++) this.#room[i] = this.#needed(i, floats[i]!)
    for (let i = 0; i < this.#reaches.length; i++) this.#check(this.#reaches[i]!)
    this.#stale = false
    return true
  }

  #needed(region: number, have: number): number {
    if (this.#sizes.length === 0) return have
    const need = this.#values[this.#sizes[region]!]!
    if (need <= have) return need
    const { name } = this.#program.regions[region]!
    throw new UnrolledError('region-too-small', `region "${name}" needs ${need} floats and is bound to ${have}`)
  }

  #check({ kind, region, outer, rows, offset, stride, pitch, columns, walk }: Reach): void {
    const values = this.#values
    const steps = values[outer]!
    const count = values[rows]!
    if (steps <= 0 || count <= 0 || columns <= 0) return
    const along = (steps - 1) * values[stride]!
    const across = (count - 1) * values[pitch]!
    let first = values[offset]! + Math.min(0, along) + Math.min(0, across)
    let last = values[offset]! + Math.max(0, along) + Math.max(0, across) + columns - 1
    for (let i = 0; i < walk.length; i += 2) {
      const further = (values[walk[i]!]! - 1) * values[walk[i + 1]!]!
      if (values[walk[i]!]! <= 0) return
      first += Math.min(0, further)
      last += Math.max(0, further)
    }
    if (first >= 0 && last < this.#room[region]! && steps <= most && count <= most) return
    const { name, regions } = this.#program
    throw new UnrolledError(
      'out-of-region',
      `a ${kind} of program "${name}" goes over floats ${first} to ${last} (${steps} steps of ${count} rows) of region "${regions[region]!.name}", which has ${this.#room[region]!}`,
    )
  }
}
