import type { Addon, Machine } from './addon.ts'
import type { NativeMemory } from './memory.ts'

/** The line of jobs in front of the threads, as far as the calling thread knows of it. */
export class Line {
  readonly #addon: Addon
  readonly #machine: Machine
  /** False only if nothing is in line: asking costs more than a small job. */
  #perhapsBusy = false
  /** What jobs in line are going to write to. */
  readonly #awaited: NativeMemory[] = []

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
    const into = memory.part(at, values.length).subarray(at, at + values.length)
    this.#awaited.push(memory)
    this.#addon.write(this.#machine, into, values instanceof Float32Array ? values : Float32Array.from(values))
  }

  /** Waits, and lets nothing else happen meanwhile. */
  wait(): void {
    if (!this.#perhapsBusy) return
    this.#addon.wait(this.#machine)
    this.#ended()
  }

  /** A promise kept when what is in line now is done. */
  idle(): Promise<void> {
    return this.#addon.idle(this.#machine)
  }

  #ended(): void {
    this.#perhapsBusy = false
    this.#awaited.length = 0
  }
}
