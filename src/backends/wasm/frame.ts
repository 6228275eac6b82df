/**
 * A frame: the parameter blocks of a list of instructions, in wasm memory. Each field is a formula of the extents plus the
 * address of a region, evaluated when an extent or an address changes and at no other time.
 */

import { UnrolledError } from '../../error.ts'
import type { Extents, Formula } from '../backend.ts'

/** What a field's value is counted from. */
export type Origin = { readonly region: number } | { readonly pack: number } | 'zero' | 'scratch' | 'frame'

interface Slot {
  readonly at: number
  readonly scale: number
  readonly formula: Formula
  readonly origin: Origin
}

/** Scalars and loop counts at the beginning of every frame. */
export const frameHeader = { seed: 0, step: 4, sequence: 8, window: 12, loops: 16 } as const

/** Collects the fields of a frame while a program is compiled. */
export class FrameLayout {
  readonly slots: Slot[] = []
  /** The axes of the loops, whose counts begin at `frameHeader.loops`. */
  readonly loops: string[] = []
  bytes: number

  constructor(loops: readonly string[]) {
    this.loops.push(...loops)
    this.bytes = frameHeader.loops + 4 * loops.length
    for (const [index, axis] of loops.entries())
      this.set(frameHeader.loops + 4 * index, [{ factor: 1, axes: [axis] }], 1)
  }

  /** Room for a block; its offset in the frame. */
  block(bytes: number): number {
    const at = this.bytes
    this.bytes += bytes
    return at
  }

  /** The 32-bit field `at` bytes into the frame becomes origin + scale · formula. */
  set(at: number, formula: Formula | number, scale: number, origin: Origin = 'zero'): void {
    this.slots.push({ at, scale, formula: typeof formula === 'number' ? constant(formula) : formula, origin })
  }
}

const constant = (value: number): Formula => (value === 0 ? [] : [{ factor: value, axes: [] }])

/** Where things begin, in bytes. */
export interface Addresses {
  readonly regions: readonly number[]
  readonly packs: readonly number[]
  scratch: number
}

const noOrigin = 0
const regionOrigin = 1
const packOrigin = 2
const scratchOrigin = 3
const frameOrigin = 4

/** Formulas as flat arrays of numbers over the values of their axes. */
class Formulas {
  readonly axes: string[] = []
  private readonly first: number[] = [0]
  private readonly factors: number[] = []
  private readonly termEnds: number[] = []
  private readonly termAxes: number[] = []

  /** Adds a formula; formulas are numbered from 0. */
  add(formula: Formula): void {
    for (const { factor, axes } of formula) {
      this.factors.push(factor)
      for (const axis of axes) {
        let index = this.axes.indexOf(axis)
        if (index < 0) index = this.axes.push(axis) - 1
        this.termAxes.push(index)
      }
      this.termEnds.push(this.termAxes.length)
    }
    this.first.push(this.factors.length)
  }

  evaluate(index: number, extents: readonly number[]): number {
    let sum = 0
    const end = this.first[index + 1] as number
    for (let term = this.first[index] as number; term < end; term++) {
      let product = this.factors[term] as number
      const to = this.termEnds[term] as number
      for (let axis = term === 0 ? 0 : (this.termEnds[term - 1] as number); axis < to; axis++)
        product *= extents[this.termAxes[axis] as number] as number
      sum += product
    }
    return sum
  }
}

/** Evaluates a layout into memory at `address`, and remembers for which extents it did. */
export class Frame {
  readonly address: number
  private readonly count: number
  private readonly regionNames: readonly string[]
  private readonly formulas = new Formulas()
  private readonly at: number[] = []
  private readonly scale: number[] = []
  private readonly origin: number[] = []
  private readonly originIndex: number[] = []
  private readonly extents: number[] = []
  private stale = true

  constructor(layout: FrameLayout, sizes: readonly { name: string; size: Formula }[], address: number) {
    this.address = address
    this.count = layout.slots.length
    this.regionNames = sizes.map(({ name }) => name)
    for (const { at, scale, formula, origin } of layout.slots) {
      this.formulas.add(formula)
      this.at.push(at)
      this.scale.push(scale)
      const kind =
        origin === 'zero'
          ? noOrigin
          : origin === 'scratch'
            ? scratchOrigin
            : origin === 'frame'
              ? frameOrigin
              : 'region' in origin
                ? regionOrigin
                : packOrigin
      this.origin.push(kind)
      this.originIndex.push(typeof origin === 'string' ? 0 : 'region' in origin ? origin.region : origin.pack)
    }
    for (const { size } of sizes) this.formulas.add(size)
    for (let axis = 0; axis < this.formulas.axes.length; axis++) this.extents.push(-1)
  }

  /** Says that an address has changed. */
  invalidate(): void {
    this.stale = true
  }

  /** Brings the parameters up to date; `floats` is how much memory each region is bound to. */
  update(extents: Extents, integers: Int32Array, addresses: Addresses, floats: readonly number[]): void {
    const { axes } = this.formulas
    let changed = this.stale
    for (let axis = 0; axis < axes.length; axis++) {
      const value = extents[axes[axis] as string]
      if (value === this.extents[axis]) continue
      if (value === undefined || !Number.isInteger(value) || value < 0) {
        this.stale = true
        throw new UnrolledError('bad-extent', `extent "${axes[axis]}" must be a whole number, not ${value}`)
      }
      this.extents[axis] = value
      changed = true
    }
    if (!changed) return
    this.stale = true
    for (let region = 0; region < this.regionNames.length; region++) {
      const need = this.formulas.evaluate(this.count + region, this.extents)
      if (need > (floats[region] as number))
        throw new UnrolledError(
          'region-too-small',
          `region "${this.regionNames[region]}" needs ${need} floats and is bound to ${floats[region]}`,
        )
    }
    for (let slot = 0; slot < this.count; slot++) {
      let value = this.formulas.evaluate(slot, this.extents) * (this.scale[slot] as number)
      const index = this.originIndex[slot] as number
      switch (this.origin[slot]) {
        case regionOrigin:
          value += addresses.regions[index] as number
          break
        case packOrigin:
          value += addresses.packs[index] as number
          break
        case scratchOrigin:
          value += addresses.scratch
          break
        case frameOrigin:
          value += this.address
          break
      }
      integers[(this.address + (this.at[slot] as number)) / 4] = value
    }
    this.stale = false
  }
}
