import { UnrolledError } from '../../error.ts'
import { decodeText } from '../decode-text.ts'

/** The text of bytes: unpacked where they are gzip's, without a byte order mark, which also tells UTF-16. */
export async function unpackedText(bytes: Uint8Array, name: string, encoding?: string): Promise<string> {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? await gunzip(bytes, name) : bytes
  const marked =
    plain[0] === 0xff && plain[1] === 0xfe
      ? 'utf-16le'
      : plain[0] === 0xfe && plain[1] === 0xff
        ? 'utf-16be'
        : undefined
  const known = encoding ?? marked
  if (known === undefined) return decodeText(plain, name)
  try {
    return new TextDecoder(known, { fatal: true }).decode(plain)
  } catch (cause) {
    throw new UnrolledError('data', `${name} is not ${known}; encoding says how its characters are written`, { cause })
  }
}

async function gunzip(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  try {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  } catch (cause) {
    throw new UnrolledError('data', `${name}: the gzip data is damaged or was cut off: ${(cause as Error).message}`, {
      cause,
    })
  }
}
