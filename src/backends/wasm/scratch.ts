/** Memory that kernels use while they run, one piece for all programs of a backend. It only grows. */

import type { MemoryLine } from './line.ts'
import type { Block } from './memory.ts'

export class Scratch {
  private readonly line: MemoryLine
  private block: Block | undefined

  constructor(line: MemoryLine) {
    this.line = line
  }

  /** The address of at least `floats` floats; it changes when more than ever before is asked for. */
  addressFor(floats: number): number {
    if (this.block !== undefined && this.block.floats >= floats) return this.block.address
    const before = this.block
    this.block = undefined
    if (before !== undefined) this.line.free(before)
    this.block = this.line.allocate(floats)
    return this.block.address
  }
}
