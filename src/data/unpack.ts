import { UnrolledError } from '../error.ts'
import { joined } from '../joined.ts'

/** Strings end at half a GiB in V8; without a limit a small file could fill the memory. */
const most = 2 ** 29

/** The bytes as they are, unpacked where they are gzip's. */
export const gunzipped = async (bytes: Uint8Array, name: string): Promise<Uint8Array> =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? unpack(bytes, 'gzip', name) : bytes

/** Unpacks bytes of gzip or zlib (`deflate`); more than `limit` of them are an error with code `data`. */
export async function unpack(
  bytes: Uint8Array,
  by: 'gzip' | 'deflate',
  name: string,
  limit = most,
): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(by))
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    for (const reader = stream.getReader(); ;) {
      const { value, done } = await reader.read()
      if (done) break
      pieces.push(value)
      size += value.length
      if (size <= limit) continue
      await reader.cancel()
      throw new UnrolledError('data', `${name}: unpacked it has more than ${limit.toLocaleString('en-US')} bytes`)
    }
  } catch (cause) {
    if (cause instanceof UnrolledError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UnrolledError('data', `${name}: what ${by} packed is damaged or was cut off: ${why}`, { cause })
  }
  return joined(Uint8Array, pieces)
}
