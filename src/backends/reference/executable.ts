/** A program and the machine it runs on. */

import { UnrolledError } from '../../error.ts'
import { checkWeights } from '../backend.ts'
import type { CompileOptions, Executable, Extents, Memory, Program, Scalars } from '../backend.ts'
import { Bounds } from '../program/bounds.ts'
import { checkProgram } from '../program/check-program.ts'
import { interpret } from './interpreter.ts'
import { Machine } from './machine.ts'
import { ownMemory, type ReferenceMemory } from './memory.ts'

const noScalars: Scalars = {}

export class ReferenceExecutable implements Executable {
  readonly #program: Program
  readonly #machine: Machine
  readonly #bounds: Readonly<Record<'prepare' | 'body' | 'finish', Bounds>>
  #bound: readonly ReferenceMemory[] | undefined
  #floats: readonly number[] = []
  #disposed = false

  constructor(program: Program, { weights }: CompileOptions = {}) {
    checkProgram(program)
    this.#program = program
    this.#machine = new Machine(program.packs, checkWeights('compile', weights))
    const bounds = (list: 'prepare' | 'body' | 'finish'): Bounds => new Bounds(program, list)
    this.#bounds = { prepare: bounds('prepare'), body: bounds('body'), finish: bounds('finish') }
  }

  bind(regions: readonly Memory[]): void {
    const { name, regions: wanted } = this.#program
    if (regions.length !== wanted.length) {
      throw new UnrolledError('bad-binding', `program "${name}" has ${wanted.length} regions, not ${regions.length}`)
    }
    const memories = regions.map(ownMemory)
    const freed = memories.findIndex((memory) => memory.freed)
    if (freed >= 0) throw new UnrolledError('bad-binding', `region "${wanted[freed]!.name}" is bound to freed memory`)
    this.#machine.bind(memories)
    this.#bound = memories
    this.#floats = memories.map(({ floats }) => floats)
    for (const bounds of Object.values(this.#bounds)) bounds.invalidate()
  }

  prepare(extents: Extents): void {
    this.#execute('prepare', extents, noScalars)
  }

  run(extents: Extents, scalars: Scalars): void {
    this.#execute('body', extents, scalars)
  }

  finish(extents: Extents, scalars: Scalars): void {
    this.#execute('finish', extents, scalars)
  }

  #execute(list: 'prepare' | 'body' | 'finish', extents: Extents, scalars: Scalars): void {
    const { name, regions } = this.#program
    if (this.#disposed) throw new UnrolledError('disposed', `program "${name}" has been disposed of`)
    if (!this.#bound) throw new UnrolledError('not-bound', `program "${name}" runs before its regions are bound`)
    const freed = this.#bound.findIndex((memory) => memory.freed)
    if (freed >= 0)
      throw new UnrolledError('already-freed', `the memory of region "${regions[freed]!.name}" has been freed`)
    this.#bounds[list].update(extents, this.#floats)
    this.#machine.begin(extents, scalars)
    interpret(this.#program[list], this.#machine)
  }

  dispose(): void {
    this.#disposed = true
  }
}
