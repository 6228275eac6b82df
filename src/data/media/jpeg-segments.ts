import { UnrolledError } from '../../error.ts'
import { Bits, huffmanTable, type HuffmanTable } from './jpeg-bits.ts'
import { frameIn, type Frame } from './jpeg-frame.ts'
import { readScan, zigzag, type Scan } from './jpeg-scan.ts'
import { turnIn } from './jpeg-turn.ts'

/** What a JPEG file holds: coefficients of its picture, and how they become one. */
export interface Segments {
  readonly frame: Frame
  /** Steps of coefficients, by the numbers of their tables, row by row. */
  readonly tables: readonly (Uint16Array | undefined)[]
  /** How the camera was held; see `turnIn`. */
  readonly turn: number
  /** Whether its three components are red, green and blue. */
  readonly isRgb: boolean
}

/** What markers are called that begin frames of other kinds. */
const others = new Map([
  [0xc3, 'without loss'],
  [0xc5, 'in layers'],
  [0xc6, 'in layers'],
  [0xc7, 'in layers'],
  [0xc9, 'arithmetically'],
  [0xca, 'arithmetically'],
  [0xcb, 'arithmetically'],
  [0xcd, 'arithmetically'],
  [0xce, 'arithmetically'],
  [0xcf, 'arithmetically'],
])

/** Reads a file segment by segment (ITU-T T.81, annex B). */
export function readSegments(bytes: Uint8Array, name: string): Segments {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new UnrolledError('data', `${name} is no JPEG file`)
  return new Reader(bytes, name).read()
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #name: string
  readonly #tables: (Uint16Array | undefined)[] = []
  readonly #codes: { readonly dc: (HuffmanTable | undefined)[]; readonly ac: (HuffmanTable | undefined)[] } = {
    dc: [],
    ac: [],
  }
  #frame: Frame | undefined
  #turn = 1
  #restart = 0
  /** What Adobe's programs say of colours: 0 for red, green and blue. */
  #transform: number | undefined
  #scans = 0

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#name = name
  }

  read(): Segments {
    let at = 2
    for (;;) {
      while (at < this.#bytes.length && this.#bytes[at] !== 0xff) at++
      while (this.#bytes[at] === 0xff) at++
      const marker = this.#bytes[at++]
      // Some writers leave the end out.
      if (marker === 0xd9 || (marker === undefined && this.#scans > 0)) break
      if (marker === undefined) this.#cut()
      if (marker === 0 || marker === 1 || (marker! >= 0xd0 && marker! <= 0xd7)) continue
      const size = at + 2 <= this.#bytes.length ? this.#view.getUint16(at) : Infinity
      if (size < 2 || at + size > this.#bytes.length) this.#cut()
      const content = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at + 2, size - 2)
      at += size
      if (marker === 0xda) at = this.#scan(content, at)
      else this.#segment(marker!, content)
    }
    const frame = this.#frame
    if (!frame || this.#scans === 0) return this.#fail('the JPEG file holds no picture')
    const ids = String.fromCharCode(...frame.components.map(({ id }) => id))
    return {
      frame,
      tables: this.#tables,
      turn: this.#turn,
      isRgb: this.#transform === undefined ? ids === 'RGB' : this.#transform === 0,
    }
  }

  #segment(marker: number, content: DataView): void {
    const other = others.get(marker)
    if (other !== undefined) this.#fail(`the JPEG file is coded ${other}; save it as a plain or progressive one`)
    if (marker <= 0xc2 && marker >= 0xc0) {
      if (this.#frame) this.#fail('the JPEG file holds several pictures, one over the other')
      this.#frame = frameIn(content, marker === 0xc2, this.#name)
    } else if (marker === 0xc4) this.#readCodes(content)
    else if (marker === 0xdb) this.#readSteps(content)
    else if (marker === 0xdd && content.byteLength >= 2) this.#restart = content.getUint16(0)
    else if (marker === 0xe1) this.#turn = turnIn(content) ?? this.#turn
    else if (marker === 0xee && content.byteLength >= 12 && content.getUint32(0) === 0x41646f62) {
      this.#transform = content.getUint8(11)
    }
  }

  #readCodes(content: DataView): void {
    for (let at = 0; at < content.byteLength;) {
      if (at + 17 > content.byteLength) this.#damaged()
      const [which, count] = [content.getUint8(at), this.#part(content, at + 1, 16)]
      const values = count.reduce((sum, one) => sum + one, 0)
      if (at + 17 + values > content.byteLength) this.#damaged()
      const kind = which >> 4 === 0 ? 'dc' : 'ac'
      this.#codes[kind][which & 15] = huffmanTable(count, this.#part(content, at + 17, values))
      at += 17 + values
    }
  }

  #readSteps(content: DataView): void {
    for (let at = 0; at < content.byteLength;) {
      const which = content.getUint8(at++)
      const wide = which >> 4 === 0 ? 1 : 2
      if (at + 64 * wide > content.byteLength) this.#damaged()
      const steps = new Uint16Array(64)
      for (let i = 0; i < 64; i++) {
        steps[zigzag[i]!] = wide === 1 ? content.getUint8(at + i) : content.getUint16(at + 2 * i)
      }
      this.#tables[which & 15] = steps
      at += 64 * wide
    }
  }

  /** Reads a scan; gives where it ends. */
  #scan(content: DataView, at: number): number {
    const frame = this.#frame ?? this.#damaged()
    const count = content.byteLength > 0 ? content.getUint8(0) : 0
    if (count === 0 || content.byteLength < 4 + 2 * count) this.#damaged()
    const scanned = Array.from({ length: count }, (_, i) => {
      const [id, codes] = [content.getUint8(1 + 2 * i), content.getUint8(2 + 2 * i)]
      const component = frame.components.find((one) => one.id === id) ?? this.#damaged()
      return { component, dc: this.#codes.dc[codes >> 4], ac: this.#codes.ac[codes & 15] }
    })
    const [first, last, bits] = [0, 1, 2].map((i) => content.getUint8(1 + 2 * count + i)) as [number, number, number]
    const scan: Scan = frame.progressive
      ? { scanned, first, last, before: bits >> 4, bit: bits & 15, restart: this.#restart }
      : { scanned, first: 0, last: 63, before: 0, bit: 0, restart: this.#restart }
    if (scan.first > scan.last || scan.last > 63 || scan.bit > 13 || (frame.progressive && first > 0 && count > 1))
      this.#damaged()
    const damaged = (): never => this.#damaged()
    const read: Bits = new Bits(this.#bytes, at, () => (read.at >= this.#bytes.length ? this.#cut() : this.#damaged()))
    readScan(read, frame, scan, damaged)
    this.#scans++
    return read.at
  }

  #part(content: DataView, at: number, length: number): Uint8Array {
    return new Uint8Array(content.buffer, content.byteOffset + at, length)
  }

  #fail(what: string): never {
    throw new UnrolledError('data', `${this.#name}: ${what}`)
  }

  #cut(): never {
    return this.#fail('the JPEG file was cut off')
  }

  #damaged(): never {
    return this.#fail('the JPEG file is damaged')
  }
}
