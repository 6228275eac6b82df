import type { Backend, Memory } from '../backends/backend.ts'
import { padded } from '../compiler/layout.ts'
import { UnrolledError } from '../error.ts'
import { tensor, type Tensor } from '../tensor.ts'
import { padRows, unpadRows } from './rows.ts'

/** Numbers as a backend takes and gives them. */
export type Numbers = Float32Array | Float64Array

/**
 * Memory of a backend by the names of regions, and memory that belongs to no program. It grows only past the largest extents seen;
 * a region that grows starts anew from zero. Rows lie padded, as `padded` says.
 */
export class Memories {
  readonly backend: Backend
  readonly #regions = new Map<string, Memory>()
  readonly #loose = new Set<Memory>()

  constructor(backend: Backend) {
    this.backend = backend
  }

  /**
   * Sees to regions of so many floats each: to all of them or, where memory runs out, to none. Says whether any memory is another
   * now.
   */
  reserve(wanted: ReadonlyMap<string, number>): boolean {
    const made = new Map<string, Memory>()
    try {
      for (const [region, floats] of wanted) {
        if ((this.find(region)?.floats ?? -1) < floats) made.set(region, this.backend.allocate(floats))
      }
    } catch (error) {
      for (const memory of made.values()) this.backend.free(memory)
      throw error
    }
    for (const [region, memory] of made) {
      const known = this.find(region)
      if (known) this.backend.free(known)
      this.#regions.set(region, memory)
    }
    return made.size > 0
  }

  find(region: string): Memory | undefined {
    return this.#regions.get(region)
  }

  /** The memory of a region; it exists once a program that uses it has been fitted to its extents. */
  of(region: string): Memory {
    const memory = this.find(region)
    if (!memory) throw new UnrolledError('runtime', `the region ${region} has no memory yet`)
    return memory
  }

  has(region: string): boolean {
    return this.#regions.has(region)
  }

  /** Floats of all regions. */
  get floats(): number {
    let floats = 0
    for (const memory of this.#regions.values()) floats += memory.floats
    return floats
  }

  /** Memory of nobody's program, all zero, until it is given back. */
  allocate(floats: number): Memory {
    const memory = this.backend.allocate(floats)
    this.#loose.add(memory)
    return memory
  }

  free(memory: Memory): void {
    if (this.#loose.delete(memory)) this.backend.free(memory)
  }

  /** Writes floats to the start of a region. What no program reads has no region, and is left out. */
  put(region: string, values: Numbers): void {
    const memory = this.#regions.get(region)
    if (memory) this.backend.write(memory, 0, values)
  }

  /** The same for rows that have no pads. */
  putRows(region: string, values: ArrayLike<number>, columns: number): void {
    const rows = this.numbers((values.length / columns) * padded(columns))
    padRows(values, columns, rows)
    this.put(region, rows)
  }

  read(region: string, at: number, into: Numbers): Promise<void> {
    return this.backend.read(this.of(region), at, into)
  }

  /** The rows at the start of a region, without pads. */
  async rows(region: string, shape: readonly number[]): Promise<Tensor> {
    const columns = shape.at(-1)!
    const count = shape.reduce((a, b) => a * b, 1)
    const result = this.numbers(count)
    const raw = this.numbers((count / columns) * padded(columns))
    await this.read(region, 0, raw)
    unpadRows(raw, columns, result)
    return tensor(result, shape)
  }

  /** Copies the blocks of a region into another, each so many times, one behind the other. What nobody reads is left out. */
  repeat(from: string, to: string, blocks: number, floats: number, times: number): void {
    const [source, target] = [this.of(from), this.find(to)]
    if (!target) return
    for (let i = 0; i < blocks; i++) {
      for (let j = 0; j < times; j++) this.backend.copy(source, i * floats, target, (i * times + j) * floats, floats)
    }
  }

  /** An array of zeros as precise as the backend computes. */
  numbers(length: number): Numbers {
    return this.backend.kernels === 'float64' ? new Float64Array(length) : new Float32Array(length)
  }

  dispose(): void {
    for (const memory of [...this.#regions.values(), ...this.#loose]) this.backend.free(memory)
    this.#regions.clear()
    this.#loose.clear()
  }
}
