/** How a tensor's numbers lie in a safetensors file, and the array they are read into. */
export interface DtypeRule {
  /** Bytes a number takes in the file. */
  readonly size: number
  /** Makes a new array of the numbers in `bytes`, wherever they begin. */
  read(bytes: Uint8Array): StoredData
}

/** Arrays that tensors of files are read into and written from: floats of 32 and 64 bits, whole numbers of 8 to 64. */
export type StoredData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/** All dtypes that are read. Half precision becomes float32, booleans become bytes. */
export const dtypes = {
  F64: { size: 8, read: (bytes) => new Float64Array(copy(bytes)) },
  I64: { size: 8, read: (bytes) => new BigInt64Array(copy(bytes)) },
  U64: { size: 8, read: (bytes) => new BigUint64Array(copy(bytes)) },
  F32: { size: 4, read: (bytes) => new Float32Array(copy(bytes)) },
  I32: { size: 4, read: (bytes) => new Int32Array(copy(bytes)) },
  U32: { size: 4, read: (bytes) => new Uint32Array(copy(bytes)) },
  F16: { size: 2, read: half },
  BF16: { size: 2, read: brain },
  I16: { size: 2, read: (bytes) => new Int16Array(copy(bytes)) },
  U16: { size: 2, read: (bytes) => new Uint16Array(copy(bytes)) },
  I8: { size: 1, read: (bytes) => new Int8Array(copy(bytes)) },
  U8: { size: 1, read: (bytes) => new Uint8Array(copy(bytes)) },
  BOOL: { size: 1, read: (bytes) => new Uint8Array(copy(bytes)) },
} as const satisfies Record<string, DtypeRule>

/** The bytes in memory of their own. */
const copy = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

/** How a tensor's numbers are kept in a safetensors file, in its own words; F16 and BF16 are read as float32, BOOL as bytes. */
export type Dtype = keyof typeof dtypes

export const isDtype = (name: unknown): name is Dtype => typeof name === 'string' && Object.hasOwn(dtypes, name)

/** The dtype an array is written as. */
export function dtypeOf(data: StoredData): Dtype {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Float64Array) return 'F64'
  if (data instanceof Int8Array) return 'I8'
  if (data instanceof Uint8Array) return 'U8'
  if (data instanceof Int16Array) return 'I16'
  if (data instanceof Uint16Array) return 'U16'
  if (data instanceof Int32Array) return 'I32'
  if (data instanceof Uint32Array) return 'U32'
  return data instanceof BigInt64Array ? 'I64' : 'U64'
}

/** The bits of the float32 for each of IEEE 754's binary16; made when first one is read. */
let halves: Uint32Array | undefined

function halfTable(): Uint32Array {
  const values = Float32Array.from({ length: 0x10000 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
  })
  return new Uint32Array(values.buffer)
}

/** IEEE 754 binary16. */
function half(bytes: Uint8Array): Float32Array {
  const table = (halves ??= halfTable())
  const narrow = pairs(bytes)
  const wide = new Uint32Array(narrow.length)
  for (let i = 0; i < narrow.length; i++) wide[i] = table[narrow[i]!]!
  return new Float32Array(wide.buffer)
}

/** bfloat16: the upper half of a float32. */
function brain(bytes: Uint8Array): Float32Array {
  const narrow = pairs(bytes)
  const wide = new Uint32Array(narrow.length)
  for (let i = 0; i < narrow.length; i++) wide[i] = narrow[i]! << 16
  return new Float32Array(wide.buffer)
}

/** The bytes in twos; a copy only where they begin at an odd place, since what is made of them is twice as large already. */
const pairs = (bytes: Uint8Array): Uint16Array =>
  bytes.byteOffset % 2 === 0
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
    : new Uint16Array(copy(bytes))
