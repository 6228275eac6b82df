import type { Bits, HuffmanTable } from './jpeg-bits.ts'
import type { Component, Frame } from './jpeg-frame.ts'

/** Where the coefficients of a block stand, from the lowest frequency to the highest. */
export const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
])

/** A component of a scan, with the codes of its first coefficients and of the others. */
export interface Scanned {
  readonly component: Component
  readonly dc: HuffmanTable | undefined
  readonly ac: HuffmanTable | undefined
}

/** Which coefficients a scan tells, and which bits of them: those above `before`, where it is not 0, were told earlier. */
export interface Scan {
  readonly scanned: readonly Scanned[]
  readonly first: number
  readonly last: number
  readonly before: number
  readonly bit: number
  /** Units between restarts; 0 for none. */
  readonly restart: number
}

/** What is known from block to block. */
interface Running {
  /** The first coefficient of the block before, of each component. */
  readonly dc: Int32Array
  /** Blocks of which nothing more is told. */
  ended: number
}

/** Tells a block at a place of its component's coefficients. */
type Block = (scanned: Scanned, at: number, running: Running, which: number) => void

/** Adds what a scan tells to the coefficients of its components (ITU-T T.81, F.2 and G.2); `fail` is for what cannot be. */
export function readScan(bits: Bits, frame: Frame, scan: Scan, fail: () => never): void {
  const { scanned, restart } = scan
  const running: Running = { dc: new Int32Array(scanned.length), ended: 0 }
  const block = blockOf(bits, frame, scan, fail)
  const [only] = scanned
  const alone = scanned.length === 1 ? only!.component : undefined
  // What comes alone has its own blocks alone; together they come in units, which are filled up.
  const across = alone ? Math.ceil(alone.width / 8) : frame.unitsAcross
  const units = across * (alone ? Math.ceil(alone.height / 8) : frame.unitsDown)
  for (let unit = 0; unit < units; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      bits.restart()
      running.dc.fill(0)
      running.ended = 0
    }
    const [row, column] = [Math.floor(unit / across), unit % across]
    scanned.forEach((one, which) => {
      const { component } = one
      const [high, wide] = alone ? [1, 1] : [component.down, component.across]
      for (let y = 0; y < high; y++) {
        for (let x = 0; x < wide; x++) {
          block(one, ((row * high + y) * component.columns + column * wide + x) * 64, running, which)
        }
      }
    })
  }
}

function blockOf(bits: Bits, { progressive }: Frame, { first, last, before, bit }: Scan, fail: () => never): Block {
  const codeOf = (table: HuffmanTable | undefined): HuffmanTable => table ?? fail()
  const difference = ({ dc }: Scanned): number => {
    const size = bits.coded(codeOf(dc))
    return size > 15 ? fail() : bits.signed(size)
  }
  const start: Block = (one, at, running, which) => {
    running.dc[which]! += difference(one)
    one.component.coefficients[at] = running.dc[which]! << bit
  }
  const startMore: Block = ({ component }, at) => {
    if (bits.bit() === 1) component.coefficients[at]! |= 1 << bit
  }
  const rest: Block = ({ component: { coefficients }, ac }, at, running) => {
    if (running.ended > 0) return void running.ended--
    for (let k = Math.max(1, first); k <= last; k++) {
      const code = bits.coded(codeOf(ac))
      const [zeros, size] = [code >> 4, code & 15]
      if (size === 0 && zeros < 15) {
        running.ended = (1 << zeros) - 1 + bits.number(zeros)
        return
      }
      k += zeros
      if (k > 63) fail()
      if (size > 0) coefficients[at + zigzag[k]!] = bits.signed(size) * (1 << bit)
    }
  }
  const restMore: Block = ({ component: { coefficients }, ac }, at, running) =>
    refine(bits, coefficients, at, { code: codeOf(ac), first, last, bit }, running)
  if (!progressive) {
    return (one, at, running, which) => {
      start(one, at, running, which)
      rest(one, at, running, which)
    }
  }
  if (first === 0) return before === 0 ? start : startMore
  return before === 0 ? rest : restMore
}

interface Band {
  readonly code: HuffmanTable
  readonly first: number
  readonly last: number
  readonly bit: number
}

/** One bit more of coefficients that are known not to be 0, and those that are found out to be 1 or −1 there. */
function refine(
  bits: Bits,
  coefficients: Int16Array,
  at: number,
  { code, first, last, bit }: Band,
  running: Running,
): void {
  const one = 1 << bit
  const more = (place: number): void => {
    const value = coefficients[place]!
    if (bits.bit() === 1 && (value & one) === 0) coefficients[place] = value + (value > 0 ? one : -one)
  }
  let k = first
  while (running.ended === 0 && k <= last) {
    const word = bits.coded(code)
    let zeros = word >> 4
    const isNew = (word & 15) > 0
    if (!isNew && zeros < 15) {
      running.ended = (1 << zeros) + bits.number(zeros)
      break
    }
    const value = isNew ? (bits.bit() === 1 ? one : -one) : 0
    for (; k <= last; k++) {
      const place = at + zigzag[k]!
      if (coefficients[place] !== 0) more(place)
      else if (zeros-- === 0) {
        coefficients[place] = value
        break
      }
    }
    k++
  }
  if (running.ended === 0) return
  for (; k <= last; k++) if (coefficients[at + zigzag[k]!] !== 0) more(at + zigzag[k]!)
  running.ended--
}
