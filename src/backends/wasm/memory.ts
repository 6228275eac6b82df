/** A WebAssembly memory cut into aligned blocks: first fit, neighbours join when released. */

import { UnrolledError } from '../../error.ts'
import type { Memory } from '../backend.ts'
import { maximumPages } from './assembler.ts'
import { reservedBytes } from './constants.ts'

const page = 65536
const alignment = 64
/** Kernels read, and throw away, up to a few floats behind the last column: that much lies behind every array. */
const slackBytes = 256

/** A block of the memory; what a user holds as `Memory`. */
export class Block implements Memory {
  readonly floats: number
  readonly address: number
  readonly bytes: number
  freed = false

  constructor(floats: number, address: number, bytes: number) {
    this.floats = floats
    this.address = address
    this.bytes = bytes
  }
}

/** Which addresses of a memory are whose, wherever the memory itself is. */
export class Addresses {
  private end = reservedBytes
  private readonly freeAt: number[] = []
  private readonly freeBytes: number[] = []
  private readonly reach: (bytes: number) => void

  /** `reach` sees to a memory of so many bytes. */
  constructor(reach: (bytes: number) => void) {
    this.reach = reach
  }

  /** A block of at least one float, aligned to 64 bytes; nobody knows what is in it. */
  allocate(floats: number): Block {
    if (!Number.isSafeInteger(floats) || floats < 0)
      throw new UnrolledError('bad-size', `memory is allocated in whole floats, not ${floats}`)
    const bytes = Math.max(alignment, Math.ceil((floats * 4) / alignment) * alignment)
    return new Block(floats, this.take(bytes), bytes)
  }

  private take(bytes: number): number {
    for (let i = 0; i < this.freeAt.length; i++) {
      const address = this.freeAt[i] as number
      const size = this.freeBytes[i] as number
      if (size < bytes) continue
      if (size === bytes) {
        this.freeAt.splice(i, 1)
        this.freeBytes.splice(i, 1)
      } else {
        this.freeAt[i] = address + bytes
        this.freeBytes[i] = size - bytes
      }
      return address
    }
    const address = this.end
    this.reach(address + bytes + slackBytes)
    this.end = address + bytes
    return address
  }

  /** Makes the block's memory available again. */
  release(block: Block): void {
    let i = this.freeAt.findIndex((address) => address > block.address)
    if (i < 0) i = this.freeAt.length
    this.freeAt.splice(i, 0, block.address)
    this.freeBytes.splice(i, 0, block.bytes)
    this.join(i)
    this.join(i - 1)
    const last = this.freeAt.length - 1
    if (last >= 0 && (this.freeAt[last] as number) + (this.freeBytes[last] as number) === this.end) {
      this.end = this.freeAt.pop() as number
      this.freeBytes.pop()
    }
  }

  /** Joins free block i with the one behind it if they touch. */
  private join(i: number): void {
    if (i < 0 || i + 1 >= this.freeAt.length) return
    if ((this.freeAt[i] as number) + (this.freeBytes[i] as number) !== this.freeAt[i + 1]) return
    this.freeBytes[i] = (this.freeBytes[i] as number) + (this.freeBytes[i + 1] as number)
    this.freeAt.splice(i + 1, 1)
    this.freeBytes.splice(i + 1, 1)
  }

  /** The address of float `at` of a block that has `count` floats from there on. */
  addressOf(block: Block, at: number, count: number): number {
    if (block.freed) throw new UnrolledError('already-freed', 'this memory has been freed')
    if (!(Number.isInteger(at) && at >= 0 && Number.isInteger(count) && count >= 0 && at + count <= block.floats))
      throw new UnrolledError('out-of-range', `floats ${at} to ${at + count} of a memory of ${block.floats} floats`)
    return block.address + 4 * at
  }
}

/** A memory of this thread's own, or one that it shares with others. */
export class Heap extends Addresses {
  readonly memory: WebAssembly.Memory
  /** Views of the whole memory, made anew only when it grows. */
  floats: Float32Array
  integers: Int32Array

  /** On a memory that threads can share, or on one that they cannot. */
  constructor(shared: boolean) {
    super((bytes) => this.growTo(bytes))
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: maximumPages, shared })
    this.floats = new Float32Array(this.memory.buffer)
    this.integers = new Int32Array(this.memory.buffer)
  }

  private growTo(bytes: number): void {
    const have = this.memory.buffer.byteLength
    if (bytes <= have) return
    const need = Math.ceil((bytes - have) / page)
    // Some room ahead, so that many small arrays do not each grow the memory.
    const ahead = Math.min(Math.max(need, Math.ceil(have / page / 4)), maximumPages - have / page)
    const grown = this.tryGrow(Math.max(need, ahead)) || this.tryGrow(need)
    if (!grown)
      throw new UnrolledError(
        'out-of-memory',
        `the WebAssembly memory cannot grow from ${have} to ${bytes} bytes (it ends at 4 GiB at the latest); smaller batches or windows need less`,
      )
    this.floats = new Float32Array(this.memory.buffer)
    this.integers = new Int32Array(this.memory.buffer)
  }

  private tryGrow(pages: number): boolean {
    try {
      this.memory.grow(pages)
      return true
    } catch {
      return false
    }
  }
}
