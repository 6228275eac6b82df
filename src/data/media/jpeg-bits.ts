/** A code of Huffman's, by the lengths of its words: of each length the first word, how many there are, and where their values begin. */
export interface HuffmanTable {
  readonly first: Int32Array
  readonly count: Uint8Array
  readonly from: Int32Array
  readonly values: Uint8Array
}

/** The table of so many words of 1 to 16 bits (ITU-T T.81, annex C). */
export function huffmanTable(count: Uint8Array, values: Uint8Array): HuffmanTable {
  const [first, from] = [new Int32Array(16), new Int32Array(16)]
  let word = 0
  let value = 0
  for (let length = 0; length < 16; length++) {
    first[length] = word
    from[length] = value
    word = (word + count[length]!) << 1
    value += count[length]!
  }
  return { first, count, from, values }
}

/** The bits of a scan, in which a byte 255 is followed by 0; what else follows it is a marker. Where there are no more, `fail` says so. */
export class Bits {
  readonly #bytes: Uint8Array
  readonly #fail: () => never
  /** The next byte. */
  at: number
  #byte = 0
  #left = 0

  constructor(bytes: Uint8Array, at: number, fail: () => never) {
    this.#bytes = bytes
    this.at = at
    this.#fail = fail
  }

  bit(): number {
    if (this.#left === 0) {
      const byte = this.#bytes[this.at]
      if (byte === undefined || (byte === 0xff && this.#bytes[this.at + 1] !== 0)) this.#fail()
      this.#byte = byte!
      this.at += byte === 0xff ? 2 : 1
      this.#left = 8
    }
    return (this.#byte >> --this.#left) & 1
  }

  /** A whole number of so many bits. */
  number(bits: number): number {
    let value = 0
    for (let i = 0; i < bits; i++) value = (value << 1) | this.bit()
    return value
  }

  /** A number of so many bits with a sign: one whose first bit is 0 is below 0. */
  signed(bits: number): number {
    const value = this.number(bits)
    return bits > 0 && value < 1 << (bits - 1) ? value - (1 << bits) + 1 : value
  }

  /** The value of the next word of a code. */
  coded({ first, count, from, values }: HuffmanTable): number {
    let word = 0
    for (let length = 0; length < 16; length++) {
      word = (word << 1) | this.bit()
      const nth = word - first[length]!
      if (nth < count[length]!) return values[from[length]! + nth]!
    }
    return this.#fail()
  }

  /** Leaves what is left of a byte, and passes the marker of a restart. */
  restart(): void {
    this.#left = 0
    const marker = this.#bytes[this.at] === 0xff ? this.#bytes[this.at + 1]! : 0
    if (marker < 0xd0 || marker > 0xd7) this.#fail()
    this.at += 2
  }
}
