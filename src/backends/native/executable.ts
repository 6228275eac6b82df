import { UnrolledError } from '../../error.ts'
import type { Executable, Extents, InstructionTime, Memory, Program, ProgramTimes, Scalars } from '../backend.ts'
import { Bounds } from '../program/bounds.ts'
import type { Addon, NativeProgram } from './addon.ts'
import type { EncodedProgram } from './encode.ts'
import type { Line } from './line.ts'
import { NativeMemory } from './memory.ts'

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
  readonly #bounds: readonly Bounds[]
  /** On their way to the library, in the order of the formulas' axes. */
  readonly #extents: Int32Array
  #bound: readonly NativeMemory[] | undefined
  #floats: readonly number[] = []
  #disposed = false

  constructor(addon: Addon, line: Line, program: Program, encoded: EncodedProgram, native: NativeProgram) {
    this.#addon = addon
    this.#line = line
    this.#program = program
    this.#encoded = encoded
    this.#native = native
    this.#scalars = addon.scalars(native)
    this.#bounds = [new Bounds(program, 'prepare'), new Bounds(program, 'body'), new Bounds(program, 'finish')]
    this.#extents = new Int32Array(Math.max(1, encoded.axes.length))
  }

  bind(regions: readonly Memory[]): void {
    const { name, regions: wanted } = this.#program
    if (regions.length !== wanted.length) {
      throw new UnrolledError(
        'bad-binding',
        `program "${name}" has ${wanted.length} regions (${wanted.map((it) => it.name).join(', ')}), not ${regions.length}`,
      )
    }
    const memories = regions.map((memory, i) => {
      if (memory instanceof NativeMemory && !memory.freed) return memory
      throw new UnrolledError('bad-binding', `region "${wanted[i]!.name}" is not bound to memory of this backend`)
    })
    this.#addon.bind(
      this.#native,
      memories.map(({ values }) => values),
    )
    this.#bound = memories
    this.#floats = memories.map(({ floats }) => floats)
    for (const bounds of this.#bounds) bounds.invalidate()
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
    const { name, regions } = this.#program
    if (!this.#bound) throw new UnrolledError('not-bound', `program "${name}" runs before its regions are bound`)
    for (let i = 0; i < this.#bound.length; i++) {
      if (!this.#bound[i]!.freed) continue
      throw new UnrolledError('already-freed', `the memory of region "${regions[i]!.name}" has been freed`)
    }
    this.#resolve(part, extents)
    if (this.#encoded.random[part]) this.#take(scalars)
    if (this.#addon.run(this.#native, part)) this.#line.joined()
  }

  /** Makes numbers of formulas where an extent has changed, or what the program is bound to. */
  #resolve(part: number, extents: Extents): void {
    const bounds = this.#bounds[part]!
    if (!bounds.update(extents, this.#floats)) return
    const { axes } = this.#encoded
    // An extent that this part does not know is in none of its formulas.
    for (let i = 0; i < axes.length; i++) this.#extents[i] = extents[axes[i]!] ?? 0
    try {
      this.#addon.resolve(this.#native, part, this.#extents)
    } catch (error) {
      bounds.invalidate()
      throw error
    }
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
