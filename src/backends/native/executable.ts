import { UnrolledError } from '../../error.ts'
import type { Executable, Extents, InstructionTime, Memory, Program, ProgramTimes, Scalars } from '../backend.ts'
import type { Addon, NativeProgram } from './addon.ts'
import type { EncodedProgram } from './encode.ts'
import type { Line } from './line.ts'
import { mostFloats, NativeMemory } from './memory.ts'

/** Parts of a program by number. */
const prepare = 0
const body = 1
const finish = 2

/** A program and what its extents were when its formulas were last made numbers. */
export class NativeExecutable implements Executable {
  readonly #addon: Addon
  readonly #line: Line
  readonly #program: Program
  readonly #encoded: EncodedProgram
  readonly #native: NativeProgram
  readonly #scalars: Uint32Array
  /** For each part the extents it was resolved for; −1 for none. */
  readonly #extents: readonly Int32Array[]
  readonly #stale = [true, true, true]
  #bound = false
  #disposed = false

  constructor(addon: Addon, line: Line, program: Program, encoded: EncodedProgram, native: NativeProgram) {
    this.#addon = addon
    this.#line = line
    this.#program = program
    this.#encoded = encoded
    this.#native = native
    this.#scalars = addon.scalars(native)
    this.#extents = encoded.needed.map(() => new Int32Array(Math.max(1, encoded.axes.length)).fill(-1))
  }

  bind(regions: readonly Memory[]): void {
    const { name, regions: wanted } = this.#program
    if (regions.length !== wanted.length) {
      throw new UnrolledError(
        'bad-binding',
        `program "${name}" has ${wanted.length} regions (${wanted.map((it) => it.name).join(', ')}), not ${regions.length}`,
      )
    }
    const arrays = regions.map((memory, i) => {
      if (memory instanceof NativeMemory && !memory.freed) return memory.values
      throw new UnrolledError('bad-binding', `region "${wanted[i]!.name}" is not bound to memory of this backend`)
    })
    this.#addon.bind(this.#native, arrays)
    this.#bound = true
    this.#stale.fill(true)
  }

  prepare(extents: Extents): void {
    this.#execute(prepare, extents, undefined)
  }

  run(extents: Extents, scalars: Scalars): void {
    this.#execute(body, extents, scalars)
  }

  finish(extents: Extents, scalars: Scalars): void {
    this.#execute(finish, extents, scalars)
  }

  times(): ProgramTimes {
    return { prepare: this.#times(prepare), body: this.#times(body), finish: this.#times(finish) }
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.#addon.dispose(this.#native)
  }

  #times(part: number): InstructionTime[] {
    this.#ready()
    const values = this.#addon.times(this.#native, part)
    return Array.from({ length: values.length / 2 }, (_, i) => ({
      calls: values[2 * i]!,
      milliseconds: values[2 * i + 1]! / 1e6,
    }))
  }

  #ready(): void {
    if (this.#disposed) throw new UnrolledError('disposed', `program "${this.#program.name}" has been disposed of`)
  }

  #execute(part: number, extents: Extents, scalars: Scalars | undefined): void {
    this.#ready()
    if (!this.#bound) {
      throw new UnrolledError('not-bound', `program "${this.#program.name}" runs before its regions are bound`)
    }
    this.#resolve(part, extents)
    if (this.#encoded.random[part]) this.#take(scalars)
    if (this.#addon.run(this.#native, part)) this.#line.joined()
  }

  /** Makes numbers of formulas where an extent has changed. */
  #resolve(part: number, extents: Extents): void {
    const { axes, needed } = this.#encoded
    const known = this.#extents[part]!
    const wanted = needed[part]!
    let changed = this.#stale[part]!
    for (let i = 0; i < wanted.length; i++) {
      const axis = wanted[i]!
      const value = extents[axes[axis]!]
      if (value === known[axis]) continue
      this.#stale[part] = changed = true
      if (value === undefined || !Number.isInteger(value) || value < 0 || value > mostFloats) {
        throw new UnrolledError('bad-extent', `extent "${axes[axis]}" must be a whole number, not ${value}`)
      }
      known[axis] = value
    }
    if (!changed) return
    const region = this.#addon.resolve(this.#native, part, known) - 1
    if (region >= 0) {
      throw new UnrolledError(
        'region-too-small',
        `region "${this.#program.regions[region]!.name}" is bound to less memory than it needs`,
      )
    }
    this.#stale[part] = false
  }

  #take(scalars: Scalars | undefined): void {
    const { seed, step, sequence, window = step } = scalars ?? {}
    if (seed === undefined || step === undefined || sequence === undefined) {
      throw new UnrolledError(
        'missing-scalar',
        `program "${this.#program.name}" needs the scalars seed, step and sequence`,
      )
    }
    this.#scalars[0] = seed
    this.#scalars[1] = step
    this.#scalars[2] = sequence
    this.#scalars[3] = window!
  }
}
