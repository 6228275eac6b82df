import { decodeJpeg, decodePng, decodeWav, logMel, UnrolledError, type Tensor } from 'unrolled'
import type { KindOfFiles } from './kind-of-files.ts'

/** How files are read. */
export interface Looking {
  /** What they hold, as a model knows it that learnt from such; what their names say. */
  readonly kind?: KindOfFiles
  /** What of a picture is a step: rows from above to below, columns from left to right, or all of it at once; rows. */
  readonly sees?: 'rows' | 'columns' | 'whole' | undefined
  readonly colours?: 'grey' | 'rgb'
  /** Bands of frequency of a recording. */
  readonly bands?: number
  /** Samples a second that recordings have; those of the first. */
  readonly rate?: number
}

/** What a file shows, as steps of numbers, and what all others must have in common with it. */
export interface Look {
  readonly numbers: Tensor
  /** Told where others differ: `8 × 8 pixels`. */
  readonly size: string
  /** Whether it goes with another. */
  fits(other: Look): boolean
  /** Of a recording. */
  readonly rate?: number
}

/** Reads the bytes of a file that is called `name`. */
export const look: Readonly<Record<KindOfFiles, (bytes: Uint8Array, name: string, how: Looking) => Promise<Look>>> = {
  async pictures(bytes, name, { sees = 'rows', colours = 'grey' }) {
    const { width, height, channels, rows } = await decoderOf(bytes, name)(bytes, { name, colours })
    return {
      numbers: sees === 'columns' ? turned(rows, width, height, channels) : rows,
      size: `${width} × ${height} pixels`,
      // Along its steps a picture is as long as it likes.
      fits: ({ numbers: { shape } }) =>
        sees === 'whole'
          ? shape[0] === height && shape[1] === width * channels
          : shape[1] === stepOf(sees, width, height) * channels,
    }
  },
  async recordings(bytes, name, { bands }) {
    const { rate, channels } = await decodeWav(bytes, name)
    const samples = channels[0]!.map((_, i) => channels.reduce((sum, one) => sum + one[i]!, 0) / channels.length)
    try {
      const numbers = await logMel(samples, { rate, ...(bands !== undefined && { bands }) })
      return { numbers, rate, size: `${rate} samples a second`, fits: (other) => other.rate === rate }
    } catch (cause) {
      if (cause instanceof UnrolledError && cause.code === 'data')
        throw new UnrolledError('data', `${name}: ${cause.message}`, { cause })
      throw cause
    }
  },
}

/** What a picture begins with says what it is, and only where that is neither its name. */
function decoderOf(bytes: Uint8Array, name: string): typeof decodeJpeg | typeof decodePng {
  if (bytes[0] === 0x89) return decodePng
  return (bytes[0] === 0xff && bytes[1] === 0xd8) || /\.jpe?g$/i.test(name) ? decodeJpeg : decodePng
}

const stepOf = (sees: Looking['sees'], width: number, height: number): number => (sees === 'columns' ? height : width)

/** Columns of pixels from left to right, each from above to below. */
function turned({ data }: Tensor, width: number, height: number, channels: number): Tensor {
  const all = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) all[(x * height + y) * channels + c] = data[(y * width + x) * channels + c]!
    }
  }
  return { shape: [width, height * channels], data: all }
}
