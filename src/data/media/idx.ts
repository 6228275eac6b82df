import { UnrolledError } from '../../error.ts'
import type { Tensor } from '../../tensor.ts'
import type { Bytes } from '../bytes.ts'
import { gunzipped } from '../unpack.ts'
import { bytesIn } from './bytes-in.ts'

interface Kind {
  readonly bytes: number
  readonly read: (view: DataView, at: number) => number
  /** Whether float32 holds every value. */
  readonly narrow: boolean
}

const kinds = new Map<number, Kind>([
  [0x08, { bytes: 1, read: (view, at) => view.getUint8(at), narrow: true }],
  [0x09, { bytes: 1, read: (view, at) => view.getInt8(at), narrow: true }],
  [0x0b, { bytes: 2, read: (view, at) => view.getInt16(at), narrow: true }],
  [0x0c, { bytes: 4, read: (view, at) => view.getInt32(at), narrow: false }],
  [0x0d, { bytes: 4, read: (view, at) => view.getFloat32(at), narrow: true }],
  [0x0e, { bytes: 8, read: (view, at) => view.getFloat64(at), narrow: false }],
])

/** See `decodeIdx`. Two zeros, the kind of numbers, how many axes there are, their sizes, the numbers; high bytes first. */
export async function readIdx(given: Bytes, name: string): Promise<Tensor> {
  const bytes = await gunzipped(bytesIn(given, name), name)
  const kind = kinds.get(bytes[2]!)
  const axes = bytes[3]!
  const from = 4 + 4 * axes
  if (bytes[0] !== 0 || bytes[1] !== 0 || kind === undefined || axes === 0 || bytes.length < from) {
    throw new UnrolledError(
      'data',
      `${name} is no IDX file: it must begin with two zeros, the kind of its numbers, and its axes`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis))
  const count = shape.reduce((a, b) => a * b, 1)
  const there = (bytes.length - from) / kind.bytes
  if (count !== there) {
    throw new UnrolledError(
      'data',
      `${name}: an IDX file of [${shape.join(', ')}] has ${count} numbers; in this there are ${there}`,
    )
  }
  const data = kind.narrow ? new Float32Array(count) : new Float64Array(count)
  for (let i = 0; i < count; i++) data[i] = kind.read(view, from + i * kind.bytes)
  return { shape, data }
}
