import { JsonScanner } from '../data/json-scanner.ts'
import { UnrolledError } from '../error.ts'
import { quoted } from '../printable.ts'
import { dtypes, isDtype, type Dtype } from './dtype.ts'
import { parseJsonObject } from '../json-object.ts'
import { otherKind } from './other-files.ts'

/** What a header says of a tensor. `begin` and `end` count from the first byte after the header. */
export interface TensorEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** A header that holds together: the entries lie end to end and cover the data exactly. */
export interface SafetensorsHeader {
  /** The header's own text. */
  readonly json: string
  /** Where the data begins in the file. */
  readonly end: number
  readonly entries: readonly TensorEntry[]
  readonly metadata: Record<string, string>
}

export const metadataKey = '__metadata__'
/**
 * Bytes of a header, as the format's own implementation has it; signs of what it says of one tensor; how many tensors there may be,
 * and how many entries of metadata.
 */
const limits = { header: 100_000_000, entry: 2 ** 16, tensors: 2 ** 17, metadata: 2 ** 14 }

/** Reads and checks the header of a safetensors file; `file` is what errors call it. */
export function readHeader(bytes: Uint8Array, file: string): SafetensorsHeader {
  const end = 8 + headerLength(bytes, file)
  const json = headerText(bytes.subarray(8, end), file)
  const metadata: Record<string, string> = {}
  const entries: TensorEntry[] = []
  try {
    const scanner = new JsonScanner(json)
    if (scanner.next() !== '{') throw new Error('it is not a JSON object')
    scanner.object((name) => {
      if (name === metadataKey) readMetadata(scanner, metadata)
      else entries.push(readEntry(name, scanner, file))
      if (entries.length > limits.tensors) throw new Error(`it has more than ${limits.tensors} tensors`)
    })
    scanner.end()
  } catch (cause) {
    if (cause instanceof UnrolledError) throw cause
    throw fault(file, `the header is damaged: ${(cause as Error).message}`, cause)
  }
  return { json, end, metadata, entries: inOrder(entries, bytes.length - end, file) }
}

/** The count of numbers in a tensor of this shape; undefined for what is no shape. */
export function sizeOf(shape: unknown): number | undefined {
  if (!Array.isArray(shape)) return undefined
  let size = 1
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || (extent as number) < 0) return undefined
    size *= extent as number
    if (!Number.isSafeInteger(size)) return undefined
  }
  return size
}

/** The error of a file that is not as it should be. */
export const fault = (file: string, what: string, cause?: unknown): UnrolledError =>
  new UnrolledError('file', `${file}: ${what}`, cause === undefined ? undefined : { cause })

function headerLength(bytes: Uint8Array, file: string): number {
  const length = bytes.length < 8 ? 0 : Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  const room = bytes.length - 8
  // A safetensors file may begin as others do, but never with such a length and this sign behind it.
  const other = length <= room && bytes[8] === 0x7b ? undefined : otherKind(bytes)
  if (other !== undefined) throw fault(file, other)
  if (room < 0) throw fault(file, `it has ${bytes.length} bytes, too few for a safetensors file; it was cut off`)
  if (length > limits.header) {
    throw fault(file, `it is not a safetensors file: its first eight bytes give the header ${length} bytes`)
  }
  if (length > room) throw fault(file, `it was cut off in the header: ${length} bytes announced, ${room} there`)
  return length
}

function headerText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw fault(file, 'it is no safetensors file or a damaged one: the header is not UTF-8', cause)
  }
}

function readMetadata(scanner: JsonScanner, into: Record<string, string>): void {
  if (scanner.next() !== '{') throw new Error(`${metadataKey} is not an object`)
  let count = 0
  scanner.object((name) => {
    if (++count > limits.metadata) throw new Error(`${metadataKey} has more than ${limits.metadata} entries`)
    if (scanner.next() !== '"') throw new Error(`metadata ${quoted(name)} is not a string`)
    into[name] = scanner.string()
  })
}

function readEntry(name: string, scanner: JsonScanner, file: string): TensorEntry {
  const wrong = (what: string): UnrolledError => fault(file, `tensor ${quoted(name)}: ${what}`)
  if (!['{', ''].includes(scanner.next())) throw wrong('its entry in the header is not an object')
  const { dtype, shape, data_offsets: offsets } = entryOf(scanner, name)
  if (!isDtype(dtype)) {
    throw wrong(`dtype ${shown(dtype)} is not one that is read here: ${Object.keys(dtypes).join(', ')}`)
  }
  const size = sizeOf(shape)
  if (size === undefined) throw wrong(`shape ${shown(shape)} is not a list of sizes, or too large`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((at) => Number.isSafeInteger(at) && at >= 0)) {
    throw wrong(`data_offsets ${shown(offsets)} are not two places in the file`)
  }
  const [begin, end] = offsets as [number, number]
  const wanted = size * dtypes[dtype].size
  if (end - begin !== wanted) {
    throw wrong(`${dtype} of shape ${shown(shape)} takes ${wanted} bytes; it is given ${end - begin}`)
  }
  return { name, dtype, shape: shape as number[], begin, end }
}

function entryOf(scanner: JsonScanner, name: string): Record<string, unknown> {
  try {
    return parseJsonObject(scanner.raw(limits.entry), limits.entry)
  } catch (cause) {
    throw new Error(`tensor ${quoted(name)}: ${(cause as Error).message}`, { cause })
  }
}

/** The entries by place. They may neither overlap nor leave bytes out. */
function inOrder(entries: TensorEntry[], length: number, file: string): TensorEntry[] {
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let at = 0
  for (const { name, begin, end } of entries) {
    if (end > length) {
      throw fault(file, `it was cut off: tensor ${quoted(name)} ends at byte ${end} of the data, which has ${length}`)
    }
    if (begin < at) throw fault(file, `tensor ${quoted(name)} begins at ${begin}, inside the one before it`)
    if (begin > at) throw fault(file, `bytes ${at} to ${begin} of the data belong to no tensor`)
    at = end
  }
  if (at !== length) throw fault(file, `bytes ${at} to ${length} of the data belong to no tensor`)
  return entries
}

/** Not JSON.stringify alone: a hostile value may be nested deeper than it can follow. */
function shown(value: unknown): string {
  if (Array.isArray(value) && value.length <= 8) return `[${value.map(shownPart).join(', ')}]`
  return shownPart(value)
}

function shownPart(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? `a list of ${value.length}` : 'an object'
  return String(value)
}
