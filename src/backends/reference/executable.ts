/** A program and the machine it runs on. */

import { UnrolledError } from '../../error.ts'
import { checkWeights } from '../backend.ts'
import type { CompileOptions, Executable, Extents, Instruction, Memory, Program, Scalars } from '../backend.ts'
import { interpret } from './interpreter.ts'
import { Machine } from './machine.ts'
import { ownMemory } from './memory.ts'

const noScalars: Scalars = {}

export class ReferenceExecutable implements Executable {
  readonly #program: Program
  readonly #machine: Machine
  #bound = false
  #disposed = false

  constructor(program: Program, { weights }: CompileOptions = {}) {
    this.#program = program
    this.#machine = new Machine(program.regions, program.packs, checkWeights('compile', weights))
    for (const list of [program.prepare, program.body, program.finish]) checkLoops(program.name, list)
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
    this.#bound = true
  }

  prepare(extents: Extents): void {
    this.#execute(this.#program.prepare, extents, noScalars, false)
  }

  run(extents: Extents, scalars: Scalars): void {
    this.#execute(this.#program.body, extents, scalars, true)
  }

  finish(extents: Extents, scalars: Scalars): void {
    this.#execute(this.#program.finish, extents, scalars, false)
  }

  #execute(instructions: readonly Instruction[], extents: Extents, scalars: Scalars, strict: boolean): void {
    const { name } = this.#program
    if (this.#disposed) throw new UnrolledError('disposed', `program "${name}" has been disposed of`)
    if (!this.#bound) throw new UnrolledError('not-bound', `program "${name}" runs before its regions are bound`)
    this.#machine.begin(extents, scalars, strict)
    interpret(instructions, this.#machine)
  }

  dispose(): void {
    this.#disposed = true
  }
}

function checkLoops(name: string, instructions: readonly Instruction[]): void {
  let open = false
  for (const { kind } of instructions) {
    if (kind !== 'loop' && kind !== 'end') continue
    if (open === (kind === 'loop'))
      throw new UnrolledError('bad-program', `program "${name}" has a "${kind}" out of place`)
    open = kind === 'loop'
  }
  if (open) throw new UnrolledError('bad-program', `program "${name}" has a loop without end`)
}
