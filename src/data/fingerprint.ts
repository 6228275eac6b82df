import { copyRow, isNested, stepsOf, flatOf, type Row, type Rows } from './rows.ts'
import type { Tensor } from '../tensor.ts'

const floats = new Float32Array(4096)
const words = new Int32Array(floats.buffer)

/**
 * Tells data from other data: two mixes of 32 bits over the bits its numbers have in float32, as MurmurHash3 mixes (Appleby 2011).
 * It is no defence against someone who wants two that are alike.
 */
export class Fingerprint {
  #a = 0x2545f491
  #b = 0x1b56c4e9

  /** Numbers with their count, however they are stored: rows, a flat list and a tensor of the same numbers are alike. */
  rows(rows: Rows, columns: number): void {
    const steps = stepsOf(rows)
    this.#words(Int32Array.of(steps, columns), 2)
    if (isNested(rows)) {
      for (let step = 0; step < steps;) {
        const some = Math.max(1, Math.min(steps - step, Math.floor(floats.length / columns)))
        if (columns > floats.length) this.#flat(rows[step]!)
        else {
          for (let i = 0; i < some; i++) copyRow(rows, step + i, columns, floats, i * columns)
          this.#words(words, some * columns)
        }
        step += some
      }
    } else this.#flat(flatOf(rows as Row | Tensor))
  }

  /** Sixteen hexadecimal digits. */
  text(): string {
    return [this.#a, this.#b].map((mix) => (finished(mix) >>> 0).toString(16).padStart(8, '0')).join('')
  }

  #flat(row: Row): void {
    for (let at = 0; at < row.length; at += floats.length) {
      const count = Math.min(floats.length, row.length - at)
      if (Array.isArray(row)) for (let i = 0; i < count; i++) floats[i] = row[at + i] as number
      else floats.set((row as Float32Array | Float64Array).subarray(at, at + count))
      this.#words(words, count)
    }
  }

  #words(values: Int32Array, count: number): void {
    let a = this.#a
    let b = this.#b
    for (let i = 0; i < count; i++) {
      let word = Math.imul(values[i]!, 0xcc9e2d51)
      word = Math.imul((word << 15) | (word >>> 17), 0x1b873593)
      a ^= word
      a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0
      b = Math.imul(b ^ values[i]!, 0x85ebca6b)
      b ^= b >>> 15
    }
    this.#a = a
    this.#b = b
  }
}

function finished(mix: number): number {
  let h = mix
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
