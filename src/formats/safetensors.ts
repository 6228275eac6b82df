import { bytesOf, type Bytes } from '../data/bytes.ts'
import { checksum, checksumText } from '../data/checksum.ts'
import { named, type Named } from '../tensor.ts'
import { dtypeOf, dtypes, type Dtype, type StoredData } from './dtype.ts'
import { fault, metadataKey, readHeader, sizeOf, type SafetensorsHeader } from './safetensors-header.ts'

/*
 * The safetensors format (github.com/huggingface/safetensors): eight bytes of header length, a JSON header with each
 * tensor's dtype, shape and place, then the numbers, little-endian as every machine this runs on.
 */

/** A tensor as a file holds it. */
export interface StoredTensor {
  /** Extents, outermost first; `[]` of one number. */
  readonly shape: readonly number[]
  /** How the file holds its numbers. */
  readonly dtype: Dtype
  /** All its numbers, row-major; float32 of the half precisions F16 and BF16, bytes of BOOL. */
  readonly data: StoredData
}

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** All of them, by name. */
  readonly tensors: Named<StoredTensor>
  /** Texts by name, which the header has as `__metadata__`, the checksum left out; empty where it has none. */
  readonly metadata: Record<string, string>
  /** Whether it carried a checksum of all its bytes, which then fits. */
  readonly checked: boolean
}

/** The metadata entry with the CRC-32 of the whole file, its own eight digits counted as zeros. */
const checksumKey = 'unrolled.checksum'
const noChecksum = '00000000'

/**
 * The bytes of a safetensors file. The same tensors and metadata always give the same bytes: wide dtypes first, so that
 * every tensor is aligned, then by name. The dtype follows from the array. A checksum is added to the metadata.
 */
export function encodeSafetensors(
  tensors: Named<{ readonly shape: readonly number[]; readonly data: StoredData }>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => ({
    name,
    shape,
    data,
    dtype: dtypeOf(data),
  }))
  entries.sort((a, b) => dtypes[b.dtype].size - dtypes[a.dtype].size || (a.name < b.name ? -1 : 1))
  const allMetadata = Object.entries({ ...metadata, [checksumKey]: noChecksum }).sort(([a], [b]) => (a < b ? -1 : 1))
  const header: Record<string, unknown> = { [metadataKey]: Object.fromEntries(allMetadata) }
  let length = 0
  for (const { name, shape, data, dtype } of entries) {
    if (name === metadataKey || name === '__proto__') throw fault('safetensors', `a tensor cannot be named ${name}`)
    if (sizeOf(shape) !== data.length) {
      throw fault('safetensors', `tensor ${name} has ${data.length} numbers, which do not fill [${shape.join(', ')}]`)
    }
    header[name] = { dtype, shape, data_offsets: [length, (length += data.byteLength)] }
  }
  const json = JSON.stringify(header)
  const text = new TextEncoder().encode(json)
  const end = (8 + text.length + 7) & ~7
  const bytes = new Uint8Array(end + length).fill(0x20, 8, end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(end - 8), true)
  bytes.set(text, 8)
  let at = end
  for (const { data } of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  bytes.set(new TextEncoder().encode(checksumText(checksum(bytes))), checksumPlace(json, noChecksum)!)
  return bytes
}

/**
 * Reads the bytes of a safetensors file; `file` is what errors call it. What is not exactly as the format says, or does
 * not fit the checksum where there is one, is an error with code `file`.
 */
export function decodeSafetensors(given: Bytes, file = 'safetensors'): SafetensorsContent {
  const bytes = bytesOf(given, 'loadModel of unrolled/node', (what) => fault(file, what))
  const header = readHeader(bytes, file)
  const { [checksumKey]: sum, ...metadata } = header.metadata
  if (sum !== undefined) checkSum(bytes, header, sum, file)
  const tensors = named(
    header.entries.map(({ name, dtype, shape, begin, end }): [string, StoredTensor] => {
      const data = dtypes[dtype].read(bytes.subarray(header.end + begin, header.end + end))
      return [name, { shape, dtype, data }]
    }),
  )
  return { tensors, metadata, checked: sum !== undefined }
}

function checkSum(bytes: Uint8Array, { json }: SafetensorsHeader, sum: string, file: string): void {
  const place = sum.length === noChecksum.length ? checksumPlace(json, sum) : undefined
  if (place !== undefined) {
    const before = checksum(bytes.subarray(0, place))
    const zeros = checksum(new TextEncoder().encode(noChecksum), before)
    if (checksumText(checksum(bytes.subarray(place + noChecksum.length), zeros)) === sum) return
  }
  throw fault(
    file,
    `its bytes do not fit the checksum in its metadata (${checksumKey}): it is damaged, or was changed by another tool`,
  )
}

/** Where in the file the digits of the checksum stand. */
function checksumPlace(json: string, sum: string): number | undefined {
  const entry = `"${checksumKey}":"`
  const at = json.indexOf(entry + sum)
  return at < 0 ? undefined : 8 + new TextEncoder().encode(json.slice(0, at)).length + entry.length
}
