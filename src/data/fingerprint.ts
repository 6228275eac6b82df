import { isNested, stepsOf, flatOf, type Row, type Rows } from './rows.ts'
import type { Tensor } from '../tensor.ts'

/**
 * Tells data from other data: two mixes of 32 bits over the bits its numbers have in float32, as MurmurHash3 mixes (Appleby 2011).
 * It is no defence against someone who wants two that are alike.
 */
export class Fingerprint {
  readonly #floats = new Float32Array(4096)
  readonly #words = new Int32Array(this.#floats.buffer)
  #count = 0
  #a = 0x2545f491
  #b = 0x1b56c4e9

  /** Numbers with their count, however they are stored: rows, a flat list and a tensor of the same numbers are alike. */
  rows(rows: Rows, columns: number): void {
    this.#word(stepsOf(rows))
    this.#word(columns)
    if (isNested(rows)) for (const row of rows) this.#row(row)
    else this.#row(flatOf(rows as Row | Tensor))
  }

  /** Sixteen hexadecimal digits. */
  text(): string {
    this.#mix()
    return [this.#a, this.#b].map((mix) => (finished(mix) >>> 0).toString(16).padStart(8, '0')).join('')
  }

  #word(word: number): void {
    if (this.#count === this.#words.length) this.#mix()
    this.#words[this.#count++] = word
  }

  #row(row: Row): void {
    for (let at = 0; at < row.length;) {
      if (this.#count === this.#words.length) this.#mix()
      const some = Math.min(this.#words.length - this.#count, row.length - at)
      const whole = some === row.length
      if (!Array.isArray(row))
        this.#floats.set(whole ? row : (row as Float32Array).subarray(at, at + some), this.#count)
      else for (let i = 0; i < some; i++) this.#floats[this.#count + i] = row[at + i] as number
      this.#count += some
      at += some
    }
  }

  #mix(): void {
    const words = this.#words
    let a = this.#a
    let b = this.#b
    for (let i = 0; i < this.#count; i++) {
      const value = words[i]!
      const word = Math.imul(value, 0xcc9e2d51)
      a ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593)
      a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0
      b = Math.imul(b ^ value, 0x85ebca6b)
      b ^= b >>> 15
    }
    this.#a = a
    this.#b = b
    this.#count = 0
  }
}

function finished(mix: number): number {
  let h = mix
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
