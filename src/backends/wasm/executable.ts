/** A compiled program on one memory: its frames, its packed matrices, and what its regions are bound to. */

import { UnrolledError } from '../../error.ts'
import type { Executable, Extents, Memory, Program, ProgramTimes, Scalars } from '../backend.ts'
import { Bounds } from '../program/bounds.ts'
import { partNames } from './control.ts'
import type { PartName } from './control.ts'
import { Frame } from './frame.ts'
import type { MemoryLine, Runnable } from './line.ts'
import { timeFloats, timesAt } from './measure.ts'
import { Block } from './memory.ts'
import type { Scratch } from './scratch.ts'
import type { Shared } from './layouter.ts'
import type { Section } from './section.ts'

/** Operations below which a run takes less time than it takes to wake others, and is done at once. */
export const smallWork = 10e6

/** An instruction list, ready to run. */
interface Part extends Runnable {
  readonly frame: Frame
  /** The fields of one frame, on their way to memory. */
  readonly fields: Int32Array
  readonly random: boolean
  /** Whether the frames of the crew are those of the last update. */
  dealt: boolean
}

/** A program's module, as one executable uses it. */
export interface ModuleInUse {
  /** What runs a part here. */
  readonly run: (part: PartName) => Runnable['here']
  /** Its number, where others run it. */
  readonly number: number | undefined
  /** Says that it is used no more. */
  readonly release: () => void
}

export class WasmExecutable implements Executable {
  readonly times?: () => ProgramTimes
  private readonly name: string
  private readonly line: MemoryLine
  private readonly scratch: Scratch
  private readonly scratchFloats: number
  private readonly small: number
  private readonly owned: Block[] = []
  private readonly addresses: { regions: number[]; packs: number[] }
  private scratchAddress = 0
  private readonly floats: number[]
  private readonly parts: Readonly<Record<PartName, Part>>
  private readonly regions: readonly string[]
  private bound: Block[] | undefined
  private readonly release: () => void
  private disposed = false

  /** Runs of less than `small` operations are done at once, on the thread that asks. */
  constructor(
    program: Program,
    sections: Readonly<Record<PartName, Section>>,
    shared: Shared,
    { run, number, release }: ModuleInUse,
    line: MemoryLine,
    scratch: Scratch,
    small: number,
  ) {
    this.release = release
    this.name = program.name
    this.line = line
    this.scratch = scratch
    this.small = small
    // Each thread's begins with a line of the cache.
    this.scratchFloats = 16 * Math.ceil(shared.scratchFloats / 16)
    this.regions = program.regions.map(({ name }) => name)
    this.floats = program.regions.map(() => 0)
    const packs: number[] = []
    for (let pack = 0; pack < program.packs; pack++) packs.push(this.own(shared.packFloats[pack] ?? 0))
    this.addresses = { regions: program.regions.map(() => 0), packs }
    const threads = line.crew?.threads ?? 0
    const part = (name: PartName, index: number): Part => {
      const { layout, random } = sections[name]
      const times = shared.profile ? this.own(timeFloats(program[name].length)) : 0
      const frame = new Frame(layout, new Bounds(program, name), times)
      const apart = 64 * Math.ceil(layout.bytes / 64)
      const alone = this.own(((1 + threads) * apart) / 4)
      return {
        frame,
        fields: new Int32Array(frame.words),
        here: run(name),
        number: number === undefined ? undefined : { program: number, part: index },
        alone,
        together: alone + apart,
        apart,
        random,
        dealt: false,
      }
    }
    this.parts = { prepare: part('prepare', 0), body: part('body', 1), finish: part('finish', 2) }
    const { doubles } = line
    if (!shared.profile || !doubles) return
    const timesOf = (name: PartName) => timesAt(doubles.bind(line), this.parts[name].frame.times, program[name])
    this.times = () => {
      this.alive()
      return { prepare: timesOf('prepare'), body: timesOf('body'), finish: timesOf('finish') }
    }
  }

  private own(floats: number): number {
    const block = this.line.allocate(floats)
    this.owned.push(block)
    return block.address
  }

  bind(regions: readonly Memory[]): void {
    if (regions.length !== this.regions.length)
      throw new UnrolledError(
        'bad-binding',
        `program "${this.name}" has ${this.regions.length} regions (${this.regions.join(', ')}), not ${regions.length}`,
      )
    let changed = this.bound === undefined
    const blocks: Block[] = []
    for (let index = 0; index < regions.length; index++) {
      const memory = regions[index]
      if (!(memory instanceof Block) || memory.freed)
        throw new UnrolledError('bad-binding', `region "${this.regions[index]}" is not bound to memory of this backend`)
      if (this.addresses.regions[index] !== memory.address || this.floats[index] !== memory.floats) changed = true
      this.addresses.regions[index] = memory.address
      this.floats[index] = memory.floats
      blocks.push(memory)
    }
    this.bound = blocks
    if (changed) this.invalidate()
  }

  private invalidate(): void {
    for (const name of partNames) this.parts[name].frame.invalidate()
  }

  private alive(): void {
    if (this.disposed) throw new UnrolledError('disposed', `program "${this.name}" has been disposed of`)
  }

  private ready(): void {
    this.alive()
    if (!this.bound) throw new UnrolledError('not-bound', `program "${this.name}" runs before its regions are bound`)
    for (let index = 0; index < this.bound.length; index++) {
      // By now it may be somebody else's.
      if (!(this.bound[index] as Block).freed) continue
      throw new UnrolledError('already-freed', `the memory of region "${this.regions[index]}" has been freed`)
    }
    const threads = this.line.crew?.threads ?? 1
    const scratch = this.scratchFloats === 0 ? 0 : this.scratch.addressFor(threads * this.scratchFloats)
    if (scratch !== this.scratchAddress) {
      this.scratchAddress = scratch
      this.invalidate()
    }
  }

  prepare(extents: Extents): void {
    this.execute(this.parts.prepare, extents, undefined)
  }

  run(extents: Extents, scalars: Scalars): void {
    this.execute(this.parts.body, extents, scalars)
  }

  finish(extents: Extents, scalars: Scalars): void {
    this.execute(this.parts.finish, extents, scalars)
  }

  private execute(part: Part, extents: Extents, given: Scalars | undefined): void {
    this.ready()
    const scalars = part.random ? this.checked(given) : undefined
    const { frame, fields } = part
    if (frame.update(extents, this.addresses, this.floats)) {
      part.dealt = false
      frame.deal(fields, part.alone, this.scratchAddress, 0, 1)
      this.line.writeWords(part.alone, fields)
    }
    const { crew, clear } = this.line
    if (crew === undefined || (frame.work < this.small && clear)) this.line.runHere(part, scalars)
    else if (frame.work < this.small) crew.alone(part.number!, part.alone, scalars)
    else {
      if (!part.dealt) this.deal(part, crew.threads)
      crew.together(part.number!, part.together, part.apart, scalars)
    }
  }

  /** Brings the frames of the crew's threads up to date. */
  private deal(part: Part, threads: number): void {
    for (let thread = 0; thread < threads; thread++) {
      const address = part.together + thread * part.apart
      part.frame.deal(part.fields, address, this.scratchAddress + 4 * thread * this.scratchFloats, thread, threads)
      this.line.writeWords(address, part.fields)
    }
    part.dealt = true
  }

  private checked(scalars: Scalars | undefined): Scalars {
    const { seed, step, sequence } = scalars ?? {}
    if (scalars !== undefined && seed !== undefined && step !== undefined && sequence !== undefined) return scalars
    throw new UnrolledError('missing-scalar', `program "${this.name}" needs the scalars seed, step and sequence`)
  }

  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    for (const block of this.owned) this.line.free(block)
    this.release()
  }
}
