import type { Addon, Machine } from './addon.ts'
import type { NativeMemory } from './memory.ts'

/** Jobs in line at most, as in native/crew.c. */
const longest = 256

/** The line of jobs in front of the threads, as far as the calling thread knows of it. */
export class Line {
  readonly #addon: Addon
  readonly #machine: Machine
  /** False only if nothing is in line: asking costs more than a small job. */
  #perhapsBusy = false
  /** What jobs in line are going to copy from and to: it must not be collected before. */
  readonly #awaited: (readonly [Float32Array, Float32Array])[] = []

  constructor(addon: Addon, machine: Machine) {
    this.#addon = addon
    this.#machine = machine
  }

  get busy(): boolean {
    if (this.#perhapsBusy && !this.#addon.busy(this.#machine)) this.#ended()
    return this.#perhapsBusy
  }

  /** A job was put in line. */
  joined(): void {
    this.#perhapsBusy = true
  }

  /** Copies values when all that is in line is done. */
  write(memory: NativeMemory, at: number, values: Float32Array | Float64Array): void {
    const copy = Float32Array.from(values)
    this.#copy(copy, memory.part(at, values.length).subarray(at, at + values.length))
  }

  /** What stands there when all that is in line now is done, whatever comes after it. */
  async read(memory: NativeMemory, at: number, count: number): Promise<Float32Array> {
    const copy = new Float32Array(count)
    this.#copy(memory.part(at, count).subarray(at, at + count), copy)
    await this.#addon.idle(this.#machine)
    return copy
  }

  /** Waits, and lets nothing else happen meanwhile. */
  wait(): void {
    if (!this.#perhapsBusy) return
    this.#addon.wait(this.#machine)
    this.#ended()
  }

  #copy(from: Float32Array, to: Float32Array): void {
    // Whoever adds a job to a full line waits, so what is further back is done.
    if (this.#awaited.push([from, to]) > longest) this.#awaited.shift()
    this.#addon.copy(this.#machine, from, to)
  }

  #ended(): void {
    this.#perhapsBusy = false
    this.#awaited.length = 0
  }
}
