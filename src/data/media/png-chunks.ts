import { UnrolledError } from '../../error.ts'
import { joined } from '../../joined.ts'
import { checksum } from '../checksum.ts'
import { checkExtent } from './picture.ts'

/** What a PNG file says of its picture. */
export interface Header {
  readonly width: number
  readonly height: number
  /** Bits of a sample. */
  readonly depth: number
  readonly colour: number
  readonly interlaced: boolean
}

export interface Chunks {
  readonly header: Header
  /** Red, green and blue of each colour, where pixels number them. */
  readonly palette: Uint8Array | undefined
  /** How solid each colour of the palette is, or the one colour that is not there. */
  readonly transparent: Uint8Array | undefined
  /** The rows, packed by zlib. */
  readonly packed: Uint8Array
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Bits that a sample may have, by the kind of colour: grey, RGB, palette, grey and alpha, RGB and alpha. */
const depths = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
])

/** The chunks of a PNG file (w3.org/TR/png-3): each a size, a name, bytes, and the checksum of name and bytes. */
export function chunksOf(bytes: Uint8Array, name: string): Chunks {
  if (signature.some((byte, i) => bytes[i] !== byte)) throw new UnrolledError('data', `${name} is no PNG file`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const packed: Uint8Array[] = []
  const found = new Map<string, Uint8Array>()
  for (let at = 8; !found.has('IEND');) {
    const size = at + 12 <= bytes.length ? view.getUint32(at) : Infinity
    if (at + 12 + size > bytes.length) throw new UnrolledError('data', `${name}: the PNG file was cut off`)
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (view.getUint32(at + 8 + size) !== checksum(bytes.subarray(at + 4, at + 8 + size))) {
      throw new UnrolledError('data', `${name}: the PNG file is damaged in its part ${kind}`)
    }
    const content = bytes.subarray(at + 8, at + 8 + size)
    if (kind === 'IDAT') packed.push(content)
    else found.set(kind, content)
    at += 12 + size
  }
  return {
    header: headerIn(found.get('IHDR'), name),
    palette: found.get('PLTE'),
    transparent: found.get('tRNS'),
    packed: joined(Uint8Array, packed),
  }
}

function headerIn(content: Uint8Array | undefined, name: string): Header {
  if (content?.length !== 13) throw new UnrolledError('data', `${name}: the PNG file says nothing of its picture`)
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  const [depth, colour, interlaced] = [content[8]!, content[9]!, content[12] === 1]
  if (width === 0 || height === 0 || !depths.get(colour)?.includes(depth)) {
    throw new UnrolledError(
      'data',
      `${name}: ${width} × ${height} pixels of ${depth} bits in colours of kind ${colour} are no PNG picture`,
    )
  }
  checkExtent(width, height, name)
  return { width, height, depth, colour, interlaced }
}
