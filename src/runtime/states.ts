import type { Memory } from '../backends/backend.ts'
import { padded } from '../compiler/layout.ts'
import type { Tensor } from '../tensor.ts'
import type { Memories, Numbers } from './memories.ts'
import { adjointRegion, stateRegion } from './regions.ts'

/** A state that a graph carries from step to step, `[batch] × columns`. */
export interface DeclaredState {
  readonly name: string
  readonly columns: number
  /** Its value before the first step. */
  readonly initial: number
}

/** Room on the device for all states of so many sequences. */
export interface Slot {
  readonly batch: number
  readonly memory: Memory
}

/** Moves floats between the start of a region and a place in a slot. */
type Move = (region: Memory, slot: Memory, at: number, floats: number) => void

/** Values by the names of states, `[batch, columns]` each. */
type ByName = Readonly<Record<string, Pick<Tensor, 'data'>>>

/**
 * The states of a graph, where programs find them and leave them; and slots, in which some are kept meanwhile. From place to place
 * they go on the device, behind all that was asked for before.
 */
export class States {
  readonly #memories: Memories
  readonly #declared: readonly DeclaredState[]
  readonly #regions: readonly string[]
  readonly #adjoints: readonly string[]
  /** Floats of all states of one sequence. */
  readonly #floats: number

  constructor(memories: Memories, declared: readonly DeclaredState[]) {
    this.#memories = memories
    this.#declared = declared.map(({ name, columns, initial }) => ({ name, columns, initial }))
    this.#regions = declared.map(({ name }) => stateRegion(name))
    this.#adjoints = declared.map(({ name }) => adjointRegion(name))
    this.#floats = declared.reduce((sum, { columns }) => sum + padded(columns), 0)
  }

  /** Lets programs begin with given states, and with what is declared where none is given. */
  begin(batch: number, given: ByName = {}): void {
    this.#put(this.#regions, batch, given, ({ initial }) => initial)
  }

  /** The same for the adjoints of the states behind the last step, which are zero where none is given. */
  beginAdjoints(batch: number, given: ByName = {}): void {
    this.#put(this.#adjoints, batch, given, () => 0)
  }

  /** The states that programs left, by name. */
  final(batch: number): Promise<Record<string, Tensor>> {
    return this.#tensors(this.#regions, batch)
  }

  /** The adjoints of the states that programs began with, by name. */
  initialAdjoints(batch: number): Promise<Record<string, Tensor>> {
    return this.#tensors(this.#adjoints, batch)
  }

  /** A new slot, all zero; it lasts until it is freed, or all is disposed of. */
  slot(batch: number): Slot {
    return { batch, memory: this.#memories.allocate(batch * this.#floats) }
  }

  free({ memory }: Slot): void {
    this.#memories.free(memory)
  }

  /** Keeps what programs left. */
  keep(slot: Slot): void {
    this.#each(slot, this.#regions, this.#out)
  }

  /** Lets programs go on from what is kept. */
  bring(slot: Slot): void {
    this.#each(slot, this.#regions, this.#in)
  }

  /** Lets each row of the programs go on from a row of what is kept. */
  arrange({ batch, memory }: Slot, rows: ArrayLike<number>): void {
    const { backend } = this.#memories
    let at = 0
    for (const [i, { columns }] of this.#declared.entries()) {
      const floats = padded(columns)
      const region = this.#memories.find(this.#regions[i]!)
      for (let row = 0; region && row < rows.length;) {
        // Rows that stay together go together.
        let count = 1
        while (row + count < rows.length && rows[row + count] === rows[row]! + count) count++
        backend.copy(memory, at + rows[row]! * floats, region, row * floats, count * floats)
        row += count
      }
      at += batch * floats
    }
  }

  /** Takes what is kept for the adjoints of the states behind the last step. */
  bringAdjoints(slot: Slot): void {
    this.#each(slot, this.#adjoints, this.#in)
  }

  /** What is kept, in the order of the states, rows padded as device memory has them. */
  async read({ batch, memory }: Slot): Promise<Numbers[]> {
    const all = this.#memories.numbers(memory.floats)
    await this.#memories.backend.read(memory, 0, all)
    let at = 0
    return this.#declared.map(({ columns }) => all.slice(at, (at += batch * padded(columns))))
  }

  /** The names of the states and how many numbers of each a slot keeps, pads included. */
  sizes({ batch }: Slot): { readonly name: string; readonly floats: number }[] {
    return this.#declared.map(({ name, columns }) => ({ name, floats: batch * padded(columns) }))
  }

  /** Fills a slot with what `read` gave. */
  write({ memory }: Slot, values: readonly Numbers[]): void {
    let at = 0
    for (const part of values) {
      this.#memories.backend.write(memory, at, part)
      at += part.length
    }
  }

  readonly #out: Move = (region, slot, at, floats) => this.#memories.backend.copy(region, 0, slot, at, floats)
  readonly #in: Move = (region, slot, at, floats) => this.#memories.backend.copy(slot, at, region, 0, floats)

  #each({ batch, memory }: Slot, regions: readonly string[], move: Move): void {
    let at = 0
    for (let i = 0; i < regions.length; i++) {
      const floats = batch * padded(this.#declared[i]!.columns)
      const region = this.#memories.find(regions[i]!)
      // What no program reads or writes has no region.
      if (region) move(region, memory, at, floats)
      at += floats
    }
  }

  /** Writes what is given for each state, and where nothing is, one number everywhere. */
  #put(regions: readonly string[], batch: number, given: ByName, otherwise: (state: DeclaredState) => number): void {
    for (const [i, state] of this.#declared.entries()) {
      const { name, columns } = state
      const values = given[name]?.data ?? this.#memories.numbers(batch * columns).fill(otherwise(state))
      this.#memories.putRows(regions[i]!, values, columns)
    }
  }

  async #tensors(regions: readonly string[], batch: number): Promise<Record<string, Tensor>> {
    const read = this.#declared.map(async ({ name, columns }, i) => {
      const shape = [batch, columns]
      // No adjoint flows to a state that nothing depends on smoothly.
      const there = this.#memories.has(regions[i]!)
      const rows = there
        ? this.#memories.rows(regions[i]!, shape)
        : { shape, data: this.#memories.numbers(batch * columns) }
      return [name, await rows] as const
    })
    return Object.fromEntries(await Promise.all(read))
  }
}
