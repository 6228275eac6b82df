/**
 * Constants in memory: a load that repeats a float costs one machine instruction, a literal in wasm code four or five.
 * They lie at fixed places at the bottom of the memory; so do a row of zeros and the masks for ragged columns.
 */

import type { I32, V128 } from './assembler.ts'
import { i32, v128 } from './opcodes.ts'

/** 256 bytes of zeros. */
export const zerosAddress = 256
const zerosBytes = 256

/** A vector that is written and never read. */
export const sinkAddress = 128

/** At 16 · n: a vector whose first n lanes are all ones. */
const masksAddress = zerosAddress + zerosBytes

/** Floats, four of each. */
const firstConstant = masksAddress + 64
const endOfConstants = 65536

/** Behind them are words for what threads have to tell each other. */
export const controlAddress = endOfConstants
export const controlBytes = 16384

/** Bytes at the bottom of every memory that are not for arrays. */
export const reservedBytes = controlAddress + controlBytes

/** Constants of one backend by their bits; what finds no more room there stands in the code. Kernels made with them belong to its memory. */
export class Constants {
  private readonly places = new Map<string, number>()
  private readonly memory: { readonly buffer: ArrayBufferLike }
  private next = firstConstant

  /** In a memory, or in a copy of its bottom. */
  constructor(memory: { readonly buffer: ArrayBufferLike }) {
    this.memory = memory
    const masks = new Int32Array(memory.buffer, masksAddress, 16)
    for (let lanes = 0; lanes < 4; lanes++) masks.fill(-1, 4 * lanes, 4 * lanes + lanes)
  }

  /** The float in all four lanes. */
  float(value: number): V128 {
    const bits = new Int32Array(new Float32Array([value]).buffer)[0] as number
    return this.integer(bits)
  }

  /** The 32-bit integer in all four lanes. */
  integer(bits: number): V128 {
    return this.words(bits, bits)
  }

  /** The 64-bit float in both lanes. */
  double(value: number): V128 {
    const [low, high] = new Int32Array(new Float64Array([value]).buffer)
    return this.words(low as number, high as number)
  }

  /** Two 32-bit words, twice; in WebAssembly the low one comes first. */
  private words(low: number, high: number): V128 {
    const key = `${low} ${high}`
    let place = this.places.get(key)
    if (place === undefined) {
      if (this.next + 16 > endOfConstants) return v128.const(low, high)
      place = this.next
      this.next += 16
      new Int32Array(this.memory.buffer, place, 4).set([low, high, low, high])
      this.places.set(key, place)
    }
    return v128.load(i32.const(0), place)
  }
}

/** All ones in the first `lanes` lanes of four; known now, or the low two bits of a number at run time. */
export function laneMask(lanes: number | I32): V128 {
  if (typeof lanes === 'number') return v128.load(i32.const(0), masksAddress + 16 * lanes)
  return v128.load(i32.shl(i32.and(lanes, i32.const(3)), i32.const(4)), masksAddress)
}
