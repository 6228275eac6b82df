/** Memory that kernels use while they run, one piece for all programs of a backend. It only grows. */

import type { Block, Heap } from './memory.ts'

export class Scratch {
  private readonly heap: Heap
  private block: Block | undefined

  constructor(heap: Heap) {
    this.heap = heap
  }

  /** The address of at least `floats` floats; it changes when more than ever before is asked for. */
  addressFor(floats: number): number {
    if (this.block !== undefined && this.block.floats >= floats) return this.block.address
    const before = this.block
    this.block = undefined
    if (before !== undefined) this.heap.free(before)
    this.block = this.heap.allocate(floats)
    return this.block.address
  }
}
