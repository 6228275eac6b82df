import { UnrolledError } from '../../error.ts'
import type { Bytes } from '../bytes.ts'
import { gunzipped } from '../unpack.ts'
import { bytesIn } from './bytes-in.ts'
import type { Sound } from './sound.ts'

type Read = (view: DataView, at: number) => number

/** Whole numbers (PCM) by their bits, of which eight alone have no sign; and floats. */
const pcm = new Map<number, Read>([
  [8, (view, at) => (view.getUint8(at) - 128) / 128],
  [16, (view, at) => view.getInt16(at, true) / 2 ** 15],
  [24, (view, at) => (view.getUint16(at, true) | (view.getInt8(at + 2) << 16)) / 2 ** 23],
  [32, (view, at) => view.getInt32(at, true) / 2 ** 31],
])
const floats = new Map<number, Read>([
  [32, (view, at) => view.getFloat32(at, true)],
  [64, (view, at) => view.getFloat64(at, true)],
])
const encodings = new Map([
  [1, pcm],
  [3, floats],
])
/** The real encoding stands further behind. */
const extensible = 0xfffe

interface Layout {
  readonly channels: number
  readonly rate: number
  readonly bits: number
  readonly read: Read
}

/** See `decodeWav`. A RIFF file of chunks: a name, a size, and as many bytes, to which one is added where they are odd. */
export async function readWav(given: Bytes, name: string): Promise<Sound> {
  const bytes = await gunzipped(bytesIn(given, name), name)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (word(0) !== 'RIFF' || word(8) !== 'WAVE') {
    throw new UnrolledError('data', `${name} is no WAV file: it must begin with RIFF and WAVE`)
  }
  let layout: Layout | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true)
    const from = at + 8
    if (word(at) === 'fmt ') layout = layoutAt(view, from, size, name)
    if (word(at) === 'data') {
      if (layout === undefined)
        throw new UnrolledError('data', `${name}: its samples come before what says how they are written`)
      return samplesAt(view, from, size, layout, name)
    }
    at = from + size + (size % 2)
  }
  throw new UnrolledError('data', `${name} is a WAV file without samples; it was cut off`)
}

function layoutAt(view: DataView, from: number, size: number, name: string): Layout {
  if (size < 16 || from + size > view.byteLength)
    throw new UnrolledError('data', `${name} is a WAV file that was cut off`)
  const written = view.getUint16(from, true)
  const encoding = written === extensible && size >= 26 ? view.getUint16(from + 24, true) : written
  const channels = view.getUint16(from + 2, true)
  const rate = view.getUint32(from + 4, true)
  const bits = view.getUint16(from + 14, true)
  const read = encodings.get(encoding)?.get(bits)
  if (read === undefined) {
    throw new UnrolledError(
      'data',
      `${name}: samples of ${bits} bits in encoding ${encoding} are not read; PCM of 8, 16, 24 or 32 bits and floats are (save it as 16-bit PCM)`,
    )
  }
  if (channels === 0 || rate === 0)
    throw new UnrolledError('data', `${name} has ${channels} channels of ${rate} samples a second`)
  return { channels, rate, bits, read }
}

function samplesAt(
  view: DataView,
  from: number,
  size: number,
  { channels, rate, bits, read }: Layout,
  name: string,
): Sound {
  const there = view.byteLength - from
  // Who writes a stream does not know its size beforehand.
  const unsaid = size === 0xffffffff || (size === 0 && there > 0)
  if (!unsaid && size > there) {
    throw new UnrolledError(
      'data',
      `${name}: ${size} bytes of samples are said to be there, ${there} are; it was cut off`,
    )
  }
  const width = bits / 8
  const count = Math.floor((unsaid ? there : size) / (width * channels))
  const samples = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: count }, (_, i) => read(view, from + (i * channels + channel) * width)),
  )
  const odd = samples.findIndex((list) => list.some((value) => !Number.isFinite(value)))
  if (odd >= 0) {
    const at = samples[odd]!.findIndex((value) => !Number.isFinite(value))
    throw new UnrolledError('data', `${name}: sample ${at} of channel ${odd + 1} is ${samples[odd]![at]}, not finite`)
  }
  return { rate, channels: samples }
}
