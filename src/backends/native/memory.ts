import { UnrolledError } from '../../error.ts'
import type { Memory } from '../backend.ts'
import type { Addon } from './addon.ts'

/** Kernels read, and throw away, up to a vector behind the last column. */
const slackBytes = 256
const alignment = 64
/** Numbers of a program have 32 bits, and so have extents. */
export const mostFloats = 2 ** 31 - 1

/** Floats at an aligned address that does not change. */
export class NativeMemory implements Memory {
  readonly floats: number
  /** Nothing once it is freed, so that it can be collected however long its owner is kept. */
  #values: Float32Array | undefined

  constructor(addon: Addon, floats: number) {
    if (!Number.isSafeInteger(floats) || floats < 0) {
      throw new UnrolledError('bad-size', `memory is allocated in whole floats, not ${floats}`)
    }
    if (floats > mostFloats)
      throw new UnrolledError('out-of-memory', `${floats} floats are more than one memory can have`)
    this.floats = floats
    let buffer: ArrayBuffer
    try {
      buffer = new ArrayBuffer(4 * floats + alignment + slackBytes)
    } catch {
      throw new UnrolledError(
        'out-of-memory',
        `there is no room for ${floats} floats; smaller batches or windows need less`,
      )
    }
    this.#values = new Float32Array(buffer, addon.offset(buffer), floats)
  }

  get freed(): boolean {
    return this.#values === undefined
  }

  get values(): Float32Array {
    if (this.#values === undefined) throw new UnrolledError('already-freed', 'this memory has been freed')
    return this.#values
  }

  free(): void {
    if (this.freed) throw new UnrolledError('already-freed', 'this memory has been freed before')
    this.#values = undefined
  }

  /** Copies `from` to where float `at` stands. */
  write(at: number, from: Float32Array | Float64Array): void {
    this.part(at, from.length).set(from, at)
  }

  read(at: number, into: Float32Array | Float64Array): void {
    const values = this.part(at, into.length)
    if (at === 0 && into.length === values.length) into.set(values)
    else for (let i = 0; i < into.length; i++) into[i] = values[at + i]!
  }

  /** The whole, after a look at whether it has `count` floats from `at` on. */
  part(at: number, count: number): Float32Array {
    if (!(Number.isInteger(at) && at >= 0 && Number.isInteger(count) && count >= 0 && at + count <= this.floats)) {
      throw new UnrolledError('out-of-range', `floats ${at} to ${at + count} of a memory of ${this.floats} floats`)
    }
    return this.values
  }
}

/** The memory as one of this backend's. */
export function ownMemory(memory: Memory): NativeMemory {
  if (memory instanceof NativeMemory) return memory
  throw new UnrolledError('foreign-memory', 'this memory belongs to another backend')
}
