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
    const to = memory.part(at, values.length)
    this.#copy(Float32Array.from(values), 0, to, at, values.length)
  }

  /** Copies floats of a memory to another, or within one, when all that is in line is done. */
  copy(from: NativeMemory, fromAt: number, to: NativeMemory, toAt: number, floats: number): void {
    this.#copy(from.part(fromAt, floats), fromAt, to.part(toAt, floats), toAt, floats)
  }

  /** What stands there when all that is in line now is done, whatever comes after it. */
  async read(memory: NativeMemory, at: number, count: number): Promise<Float32Array> {
    const copy = new Float32Array(count)
    this.#copy(memory.part(at, count), at, copy, 0, count)
    await this.#addon.idle(this.#machine)
    return copy
  }

  /** Waits, and lets nothing else happen meanwhile. */
  wait(): void {
    if (!this.#perhapsBusy) return
    this.#addon.wait(this.#machine)
    this.#ended()
  }

  #copy(from: Float32Array, fromAt: number, to: Float32Array, toAt: number, floats: number): void {
    if (!this.#addon.copy(this.#machine, from, fromAt, to, toAt, floats)) return
    this.#perhapsBusy = true
    // Whoever adds a job to a full line waits, so what is further back is done.
    if (this.#awaited.push([from, to]) > longest) this.#awaited.shift()
  }

  #ended(): void {
    this.#perhapsBusy = false
    this.#awaited.length = 0
  }
}
