/** How a tensor's numbers lie in a safetensors file, and the array they are read into. */
export interface DtypeRule {
  /** Bytes a number takes in the file. */
  readonly size: number
  /** Makes the array of the numbers in `bytes`, which begin at a multiple of 8 and belong to nobody else. */
  read(bytes: Uint8Array<ArrayBuffer>): StoredData
}

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
  F64: { size: 8, read: ({ buffer }) => new Float64Array(buffer) },
  I64: { size: 8, read: ({ buffer }) => new BigInt64Array(buffer) },
  U64: { size: 8, read: ({ buffer }) => new BigUint64Array(buffer) },
  F32: { size: 4, read: ({ buffer }) => new Float32Array(buffer) },
  I32: { size: 4, read: ({ buffer }) => new Int32Array(buffer) },
  U32: { size: 4, read: ({ buffer }) => new Uint32Array(buffer) },
  F16: { size: 2, read: ({ buffer }) => Float32Array.from(new Uint16Array(buffer), half) },
  BF16: { size: 2, read: ({ buffer }) => brain(new Uint16Array(buffer)) },
  I16: { size: 2, read: ({ buffer }) => new Int16Array(buffer) },
  U16: { size: 2, read: ({ buffer }) => new Uint16Array(buffer) },
  I8: { size: 1, read: ({ buffer }) => new Int8Array(buffer) },
  U8: { size: 1, read: (bytes) => bytes },
  BOOL: { size: 1, read: (bytes) => bytes },
} as const satisfies Record<string, DtypeRule>

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

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** bfloat16: the upper half of a float32. */
function brain(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16
  return new Float32Array(wide.buffer)
}
