import { UnrolledError } from '../../error.ts'
import type { Memory } from '../backend.ts'

/** Device memory of the reference backend: 64-bit floats. */
export class ReferenceMemory implements Memory {
  readonly floats: number
  readonly data: Float64Array
  freed = false

  constructor(floats: number) {
    if (!Number.isSafeInteger(floats) || floats < 0) {
      throw new UnrolledError('bad-size', `memory is allocated in whole floats, not ${floats}`)
    }
    this.floats = floats
    try {
      this.data = new Float64Array(floats)
    } catch {
      throw new UnrolledError(
        'out-of-memory',
        `there is no room for ${floats} floats; smaller batches or windows need less`,
      )
    }
  }

  write(at: number, values: Float32Array | Float64Array): void {
    this.#check(at, values.length)
    this.data.set(values, at)
  }

  read(at: number, into: Float32Array | Float64Array): void {
    this.#check(at, into.length)
    for (let i = 0; i < into.length; i++) into[i] = this.data[at + i]!
  }

  /** Copies floats of another memory, or of this one, to where float `at` stands. */
  copy(at: number, from: ReferenceMemory, fromAt: number, count: number): void {
    from.#check(fromAt, count)
    this.#check(at, count)
    if (from === this) this.data.copyWithin(at, fromAt, fromAt + count)
    else for (let i = 0; i < count; i++) this.data[at + i] = from.data[fromAt + i]!
  }

  #check(at: number, count: number): void {
    if (this.freed) throw new UnrolledError('already-freed', 'this memory has been freed')
    if (!(Number.isInteger(at) && at >= 0 && Number.isInteger(count) && count >= 0 && at + count <= this.floats)) {
      throw new UnrolledError('out-of-range', `floats ${at} to ${at + count} of a memory of ${this.floats} floats`)
    }
  }
}

/** `memory` as the reference backend's own. */
export function ownMemory(memory: Memory): ReferenceMemory {
  if (memory instanceof ReferenceMemory) return memory
  throw new UnrolledError('foreign-memory', 'this memory belongs to another backend')
}
