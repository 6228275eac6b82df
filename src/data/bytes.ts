/** The bytes of a file: as `fetch` gives them, as Node does, or as a part of other memory. */
export type Bytes = ArrayBuffer | ArrayBufferView

/**
 * Bytes as numbers. What else is given is refused by the error that `fail` makes; `reader` is what reads a file of a name.
 */
export function bytesOf(given: Bytes, reader: string, fail: (what: string) => Error): Uint8Array {
  if (given instanceof Uint8Array) return given
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
  // Not instanceof alone: another realm (a frame, a test's) has an ArrayBuffer of its own.
  if (/^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(given))) return new Uint8Array(given)
  throw fail(`the bytes of a file are wanted, as an ArrayBuffer or a Uint8Array; ${adviceOn(given, reader)}`)
}

function adviceOn(given: unknown, reader: string): string {
  if (typeof given === 'string') return `a string was given; to read a file of that name, use ${reader}`
  const name = Object.prototype.toString.call(given).slice('[object '.length, -1)
  if (name === 'Promise') return 'a Promise was given: await it'
  const readable = typeof (given as { arrayBuffer?: unknown } | null | undefined)?.arrayBuffer === 'function'
  return readable ? `a ${name} was given: give await its arrayBuffer()` : `${name.toLowerCase()} was given`
}
