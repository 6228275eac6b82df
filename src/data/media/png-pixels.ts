import { UnrolledError } from '../../error.ts'
import type { Chunks, Header } from './png-chunks.ts'

/** Samples of a pixel, by the kind of colour. */
const samples = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
])

/** Pixels that come together: from a first one, every so many. */
interface Pass {
  readonly x: number
  readonly y: number
  readonly dx: number
  readonly dy: number
}

const whole: readonly Pass[] = [{ x: 0, y: 0, dx: 1, dy: 1 }]
/** Adam7: a coarse picture first, then what lies between. */
const interlaced: readonly Pass[] = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
]

interface Part extends Pass {
  readonly columns: number
  readonly rows: number
  /** Bytes of a row, without the one that says how it is filtered. */
  readonly stride: number
}

function partsOf({ width, height, depth, colour, interlaced: isInterlaced }: Header): readonly Part[] {
  return (isInterlaced ? interlaced : whole)
    .map((pass) => {
      const columns = Math.ceil((width - pass.x) / pass.dx)
      const rows = Math.ceil((height - pass.y) / pass.dy)
      return { ...pass, columns, rows, stride: Math.ceil((columns * depth * samples.get(colour)!) / 8) }
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
}

/** How many bytes the rows have, unpacked. */
export const rawBytes = (header: Header): number =>
  partsOf(header).reduce((sum, { rows, stride }) => sum + rows * (stride + 1), 0)

/** Red, green, blue and alpha of each pixel, row by row, from 0 to 1. `raw` is changed. */
export function pixelsOf(raw: Uint8Array, { header, palette, transparent }: Chunks, name: string): Float32Array {
  const { width, height, depth, colour } = header
  const perPixel = samples.get(colour)!
  const most = 2 ** depth - 1
  const pixels = new Float32Array(width * height * 4)
  const pixel = new Array<number>(perPixel)
  let at = 0
  for (const part of partsOf(header)) {
    for (let row = 0; row < part.rows; row++, at += part.stride + 1) {
      unfilter(raw, at, part.stride, row === 0, Math.max(1, (perPixel * depth) >> 3), name)
      for (let column = 0; column < part.columns; column++) {
        for (let i = 0; i < perPixel; i++) pixel[i] = sampleAt(raw, at + 1, column * perPixel + i, depth)
        const to = ((part.y + row * part.dy) * width + part.x + column * part.dx) * 4
        if (colour === 3) fromPalette(pixel[0]!, palette, transparent, pixels, to, name)
        else plain(pixel, most, transparent, pixels, to)
      }
    }
  }
  return pixels
}

function sampleAt(raw: Uint8Array, from: number, index: number, depth: number): number {
  if (depth === 8) return raw[from + index]!
  if (depth === 16) return (raw[from + 2 * index]! << 8) | raw[from + 2 * index + 1]!
  const perByte = 8 / depth
  const shift = 8 - depth * ((index % perByte) + 1)
  return (raw[from + Math.floor(index / perByte)]! >> shift) & (2 ** depth - 1)
}

function fromPalette(
  index: number,
  palette: Uint8Array | undefined,
  solid: Uint8Array | undefined,
  into: Float32Array,
  at: number,
  name: string,
): void {
  if (palette === undefined || palette.length < 3 * (index + 1)) {
    throw new UnrolledError(
      'data',
      `${name}: a pixel has colour ${index}, of which there are ${Math.floor((palette?.length ?? 0) / 3)}`,
    )
  }
  for (let i = 0; i < 3; i++) into[at + i] = palette[3 * index + i]! / 255
  into[at + 3] = (solid?.[index] ?? 255) / 255
}

function plain(
  pixel: readonly number[],
  most: number,
  absent: Uint8Array | undefined,
  into: Float32Array,
  at: number,
): void {
  const colours = pixel.length < 3 ? 1 : 3
  for (let i = 0; i < 3; i++) into[at + i] = pixel[colours === 1 ? 0 : i]! / most
  // Where pixels have no alpha, one colour may be named that is not there, each sample in two bytes.
  const isAbsent =
    absent !== undefined &&
    pixel.length === colours &&
    pixel.every((sample, i) => sample === ((absent[2 * i]! << 8) | absent[2 * i + 1]!))
  into[at + 3] = pixel.length > colours ? pixel[colours]! / most : isAbsent ? 0 : 1
}

/** Adds to a row what was predicted of it by its left, upper and upper left neighbours. */
function unfilter(raw: Uint8Array, at: number, stride: number, isFirst: boolean, back: number, name: string): void {
  const filter = raw[at]!
  if (filter > 4) throw new UnrolledError('data', `${name}: the PNG file is damaged: a row is filtered by ${filter}`)
  for (let i = 1; i <= stride; i++) {
    const left = i > back ? raw[at + i - back]! : 0
    const up = isFirst ? 0 : raw[at + i - stride - 1]!
    const corner = isFirst || i <= back ? 0 : raw[at + i - stride - 1 - back]!
    if (filter === 1) raw[at + i]! += left
    else if (filter === 2) raw[at + i]! += up
    else if (filter === 3) raw[at + i]! += (left + up) >> 1
    else if (filter === 4) raw[at + i]! += paeth(left, up, corner)
  }
}

/** Whichever neighbour is nearest to left + up − corner (Paeth 1991). */
function paeth(left: number, up: number, corner: number): number {
  const a = Math.abs(up - corner)
  const b = Math.abs(left - corner)
  const c = Math.abs(left + up - 2 * corner)
  return a <= b && a <= c ? left : b <= c ? up : corner
}
