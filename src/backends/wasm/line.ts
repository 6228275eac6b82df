/**
 * Everything that is done to a backend's memory, in the order in which it was asked for: at once where nothing is in line, else
 * behind it, by the crew.
 */

import { UnrolledError } from '../../error.ts'
import type { Scalars } from '../backend.ts'
import type { Crew, PartNumber } from './crew.ts'
import { frameHeader } from './frame.ts'
import type { Block, Heap } from './memory.ts'

/** A part of a program, ready to run here or by the crew, and where its frames are. */
export interface Runnable {
  readonly here: (frame: number) => void
  readonly number: PartNumber | undefined
  /** The frame of a thread that does all the work. */
  readonly alone: number
  /** The first of the frames of threads that share it, so many bytes apart. */
  readonly together: number
  readonly apart: number
}

/** What executables ask of whatever orders the work on a memory. */
export interface MemoryLine {
  readonly crew: Crew | undefined
  /** Whether nothing is in line. */
  readonly clear: boolean
  /** A block of zeros. */
  allocate(floats: number): Block
  free(block: Block): void
  write(address: number, values: Float32Array | Float64Array): void
  writeWords(address: number, values: Int32Array): void
  /** Copies floats within the memory; what overlaps arrives as it was. */
  copy(to: number, from: number, floats: number): void
  read(address: number, into: Float32Array | Float64Array): Promise<void>
  /** So many doubles as they are now; only where the memory is at hand. */
  doubles?(address: number, count: number): Float64Array
  /** Runs a part on its frame for one thread; only where nothing is in line. */
  runHere(part: Runnable, scalars: Scalars | undefined): void
}

export class Line implements MemoryLine {
  readonly heap: Heap
  readonly crew: Crew | undefined
  /** Values on their way to their place, in the last of these from a float on; until nothing is in line any more. */
  private readonly moving: Block[] = []
  private movingFloats = 0
  /** Freed, but perhaps used by what is still in line. */
  private readonly leaving: Block[] = []

  constructor(heap: Heap, crew: Crew | undefined) {
    this.heap = heap
    this.crew = crew
  }

  /** Whether nothing is in line; then what waited for that is given back. */
  get clear(): boolean {
    if (this.crew === undefined) return true
    if (this.crew.busy) return false
    while (this.leaving.length > 0) this.heap.release(this.leaving.pop()!)
    // The last and largest serves the next time.
    while (this.moving.length > 1) this.heap.release(this.moving.shift()!)
    this.movingFloats = 0
    return true
  }

  /** A block of zeros. */
  allocate(floats: number): Block {
    const block = this.heap.allocate(floats)
    this.heap.floats.fill(0, block.address / 4, (block.address + block.bytes) / 4)
    return block
  }

  free(block: Block): void {
    if (block.freed) throw new UnrolledError('already-freed', 'this memory has been freed before')
    block.freed = true
    // Threads that have been ended use nothing any more.
    if (this.crew?.broken === true || this.clear) this.heap.release(block)
    else this.leaving.push(block)
  }

  write(address: number, values: Float32Array | Float64Array): void {
    this.put('floats', address, values)
  }

  /** The same for integers. */
  writeWords(address: number, values: Int32Array): void {
    this.put('integers', address, values)
  }

  copy(to: number, from: number, floats: number): void {
    if (this.clear) this.heap.floats.copyWithin(to / 4, from / 4, from / 4 + floats)
    else this.crew!.copy(to, from, 4 * floats)
  }

  private put(as: 'floats' | 'integers', address: number, values: ArrayLike<number>): void {
    if (this.clear) return this.heap[as].set(values, address / 4)
    // Room may make the memory grow, and its views anew.
    const from = this.room(values.length)
    this.heap[as].set(values, from / 4)
    this.crew!.copy(address, from, 4 * values.length)
  }

  /** What is there when all that is in line now is done, whatever follows. */
  async read(address: number, into: Float32Array | Float64Array): Promise<void> {
    if (this.clear) return this.copyOut(address, into)
    const copy = this.heap.allocate(into.length)
    this.crew!.copy(copy.address, address, 4 * into.length)
    await this.crew!.idle()
    this.copyOut(copy.address, into)
    this.heap.release(copy)
  }

  /** The same at once: it waits for what is in line. */
  readSync(address: number, into: Float32Array | Float64Array): void {
    this.wait()
    this.copyOut(address, into)
  }

  private wait(): void {
    if (!this.clear) this.crew!.wait()
  }

  private copyOut(address: number, into: Float32Array | Float64Array): void {
    const { floats } = this.heap
    const start = address / 4
    for (let i = 0; i < into.length; i++) into[i] = floats[start + i] as number
  }

  /** So many doubles, as they are when all that is in line now is done: it waits for that. */
  doubles(address: number, count: number): Float64Array {
    this.wait()
    return new Float64Array(this.heap.memory.buffer, address, count).slice()
  }

  /** Runs a part here and at once; only where nothing is in line. */
  runHere({ here, alone }: Runnable, scalars: Scalars | undefined): void {
    const { integers } = this.heap
    if (scalars !== undefined) {
      const { seed = 0, step = 0, sequence = 0, window = step } = scalars
      integers[(alone + frameHeader.seed) / 4] = seed
      integers[(alone + frameHeader.step) / 4] = step
      integers[(alone + frameHeader.sequence) / 4] = sequence
      integers[(alone + frameHeader.window) / 4] = window
    }
    here(alone)
  }

  /** The address of room for values that wait in line. */
  private room(floats: number): number {
    let block = this.moving.at(-1)
    if (block === undefined || this.movingFloats + floats > block.floats) {
      block = this.heap.allocate(Math.max(2 * (block?.floats ?? 0), floats))
      this.moving.push(block)
      this.movingFloats = 0
    }
    const address = block.address + 4 * this.movingFloats
    this.movingFloats += floats
    return address
  }
}
