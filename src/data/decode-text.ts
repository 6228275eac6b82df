import { UnrolledError } from '../error.ts'

/**
 * The text that UTF-8 bytes hold, without a byte order mark. `file` is what errors call it. Bytes that are no UTF-8, or
 * hold a zero as only binary files do, are an error with code `data` that names the first wrong byte, with some `advice`;
 * so is a text longer than a string may be.
 */
export function decodeText(bytes: Uint8Array, file = 'the text', advice = 'save it as UTF-8'): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new UnrolledError('data', `${file} is not UTF-8: it begins with the mark of UTF-16; ${advice}`)
  }
  const zero = bytes.indexOf(0)
  if (zero >= 0) throw new UnrolledError('data', `${file} is not text: byte ${zero} is zero, as in a binary file`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const at = firstWrong(bytes)
    if (at === bytes.length) {
      const size = bytes.length.toLocaleString('en-US')
      throw new UnrolledError('data', `${file} has ${size} bytes, more than a string may hold here: give it in part`, {
        cause,
      })
    }
    const wrong = (bytes[at] ?? 0).toString(16)
    throw new UnrolledError(
      'data',
      `${file} is not UTF-8: no character begins with 0x${wrong} at byte ${at}; ${advice}`,
      { cause },
    )
  }
}

/** Where the first character begins that is no UTF-8 (Unicode 15, table 3-7). */
function firstWrong(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const length = characterLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return at
}

function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!
  if (first < 0x80) return 1
  const length =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]
    if (byte === undefined || byte < (i === 1 ? least : 0x80) || byte > (i === 1 ? most : 0xbf)) return 0
  }
  return length
}
