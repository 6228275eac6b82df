import { UnrolledError } from '../../error.ts'
import { checkNames, checkNumber, wrongOption } from '../../options.ts'
import type { Bytes } from '../bytes.ts'
import { unpack } from '../unpack.ts'
import { bytesIn } from './bytes-in.ts'
import { luma, type Picture, type PictureOptions } from './picture.ts'
import { chunksOf } from './png-chunks.ts'
import { pixelsOf, rawBytes } from './png-pixels.ts'

/** See `decodePng`. */
export async function readPng(given: Bytes, options: PictureOptions): Promise<Picture> {
  checkNames('decodePng', options, ['name', 'colours', 'background'], { colors: 'colours' })
  const { name = 'the picture', colours = 'grey', background = 1 } = options
  checkNumber('decodePng', 'background', background, { from: 0, to: 1 })
  if (colours !== 'grey' && colours !== 'rgb') throw wrongOption('decodePng', 'colours', colours, "'grey' or 'rgb'")
  const chunks = chunksOf(bytesIn(given, name), name)
  const { width, height } = chunks.header
  const size = rawBytes(chunks.header)
  const raw = await unpack(chunks.packed, 'deflate', name, size)
  if (raw.length !== size) {
    throw new UnrolledError('data', `${name}: ${width} × ${height} pixels are ${size} bytes; there are ${raw.length}`)
  }
  const pixels = pixelsOf(raw, chunks, name)
  const channels = colours === 'grey' ? 1 : 3
  const data = new Float32Array(width * height * channels)
  for (let i = 0; i < width * height; i++) {
    const [red, green, blue, alpha] = pixels.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number]
    const seen = channels === 1 ? [luma(red, green, blue)] : [red, green, blue]
    seen.forEach((value, c) => (data[i * channels + c] = value * alpha + background * (1 - alpha)))
  }
  return { width, height, channels, rows: { shape: [height, width * channels], data } }
}
