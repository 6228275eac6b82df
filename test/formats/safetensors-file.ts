import { UnrolledError } from '../../src/error.ts'

/** A file with this header text and data, right or wrong. */
export function safetensorsFile(header: string, data: ArrayLike<number> = [], length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

/** The message of the UnrolledError that `action` must end in; anything else is thrown on. */
export function refusal(action: () => unknown, code = 'file'): string {
  try {
    action()
  } catch (error) {
    if (error instanceof UnrolledError && error.code === code) return error.message
    throw error
  }
  throw new Error('it was accepted')
}
