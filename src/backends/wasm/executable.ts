/** A compiled program on one memory: its frames, its packed matrices, and what its regions are bound to. */

import { UnrolledError } from '../../error.ts'
import type { Executable, Extents, Memory, Program, Scalars } from '../backend.ts'
import { Frame, frameHeader } from './frame.ts'
import { Block } from './memory.ts'
import type { Heap } from './memory.ts'
import type { Scratch } from './scratch.ts'
import type { Section, Shared } from './section.ts'

/** The instruction lists of a program, in the order in which they are compiled. */
export const partNames = ['prepare', 'body', 'finish'] as const
export type PartName = (typeof partNames)[number]

/** An instruction list, ready to run. */
interface Part {
  readonly frame: Frame
  readonly run: (frame: number) => void
  readonly random: boolean
}

export class WasmExecutable implements Executable {
  private readonly name: string
  private readonly heap: Heap
  private readonly scratch: Scratch
  private readonly scratchFloats: number
  private readonly owned: Block[] = []
  private readonly addresses: { regions: number[]; packs: number[]; scratch: number }
  private readonly floats: number[]
  private readonly parts: Readonly<Record<PartName, Part>>
  private readonly regions: readonly string[]
  private bound = false
  private disposed = false

  constructor(
    program: Program,
    sections: Readonly<Record<PartName, Section>>,
    shared: Shared,
    instance: WebAssembly.Instance,
    heap: Heap,
    scratch: Scratch,
  ) {
    this.name = program.name
    this.heap = heap
    this.scratch = scratch
    this.scratchFloats = shared.scratchFloats
    this.regions = program.regions.map(({ name }) => name)
    this.floats = program.regions.map(() => 0)
    const packs: number[] = []
    for (let pack = 0; pack < program.packs; pack++) packs.push(this.own(shared.packFloats[pack] ?? 0))
    this.addresses = { regions: program.regions.map(() => 0), packs, scratch: 0 }
    const part = (name: PartName): Part => {
      const { layout, random } = sections[name]
      // Only the body knows every extent, so only there the regions' sizes can be held against what they are bound to.
      const frame = new Frame(layout, name === 'body' ? program.regions : [], this.own(layout.bytes / 4))
      return { frame, run: instance.exports[name] as Part['run'], random }
    }
    this.parts = { prepare: part('prepare'), body: part('body'), finish: part('finish') }
  }

  private own(floats: number): number {
    const block = this.heap.allocate(floats)
    this.owned.push(block)
    return block.address
  }

  bind(regions: readonly Memory[]): void {
    if (regions.length !== this.regions.length)
      throw new UnrolledError(
        'bad-binding',
        `program "${this.name}" has ${this.regions.length} regions (${this.regions.join(', ')}), not ${regions.length}`,
      )
    let changed = !this.bound
    for (let index = 0; index < regions.length; index++) {
      const memory = regions[index]
      if (!(memory instanceof Block) || memory.freed)
        throw new UnrolledError('bad-binding', `region "${this.regions[index]}" is not bound to memory of this backend`)
      if (this.addresses.regions[index] !== memory.address || this.floats[index] !== memory.floats) changed = true
      this.addresses.regions[index] = memory.address
      this.floats[index] = memory.floats
    }
    this.bound = true
    if (changed) this.invalidate()
  }

  private invalidate(): void {
    for (const name of partNames) this.parts[name].frame.invalidate()
  }

  private ready(): void {
    if (this.disposed) throw new UnrolledError('disposed', `program "${this.name}" has been disposed of`)
    if (!this.bound) throw new UnrolledError('not-bound', `program "${this.name}" runs before its regions are bound`)
    const scratch = this.scratchFloats === 0 ? 0 : this.scratch.addressFor(this.scratchFloats)
    if (scratch !== this.addresses.scratch) {
      this.addresses.scratch = scratch
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

  private execute(part: Part, extents: Extents, scalars: Scalars | undefined): void {
    this.ready()
    const { integers } = this.heap
    const { frame } = part
    frame.update(extents, integers, this.addresses, this.floats)
    if (part.random) {
      const seed = scalars?.seed
      const step = scalars?.step
      const sequence = scalars?.sequence
      if (seed === undefined || step === undefined || sequence === undefined)
        throw new UnrolledError('missing-scalar', `program "${this.name}" needs the scalars seed, step and sequence`)
      integers[(frame.address + frameHeader.seed) / 4] = seed
      integers[(frame.address + frameHeader.step) / 4] = step
      integers[(frame.address + frameHeader.sequence) / 4] = sequence
      integers[(frame.address + frameHeader.window) / 4] = scalars?.window ?? step
    }
    part.run(frame.address)
  }

  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    for (const block of this.owned) this.heap.free(block)
  }
}
