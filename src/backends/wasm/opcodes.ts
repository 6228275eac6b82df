/** The WebAssembly instructions the kernels use, as typed expressions and statements. */

import { signed, unsigned } from './assembler.ts'
import type { Expression, F32, F64, I32, V128, ValueType } from './assembler.ts'

type Bytes = readonly number[]

function expression<T extends ValueType>(
  type: T,
  operands: readonly Expression<ValueType>[],
  ...opcode: Bytes
): Expression<T> {
  return {
    type,
    emit: (code) => {
      for (const operand of operands) operand.emit(code)
      for (const byte of opcode) code.push(byte)
    },
  }
}

/** A SIMD opcode: prefix 0xFD and a LEB128 number. */
function simd(number: number): number[] {
  const code = [0xfd]
  unsigned(code, number)
  return code
}

function access(opcode: Bytes, alignment: number, offset: number): number[] {
  const code = [...opcode, alignment]
  unsigned(code, offset)
  return code
}

const unaryOf =
  <R extends ValueType, A extends ValueType>(type: R, opcode: Bytes) =>
  (a: Expression<A>): Expression<R> =>
    expression(type, [a], ...opcode)

const binaryOf =
  <R extends ValueType, A extends ValueType>(type: R, opcode: Bytes) =>
  (a: Expression<A>, b: Expression<A>): Expression<R> =>
    expression(type, [a, b], ...opcode)

const loadOf =
  <R extends ValueType>(type: R, opcode: Bytes, alignment: number) =>
  (address: I32, offset = 0): Expression<R> =>
    expression(type, [address], ...access(opcode, alignment, offset))

const storeOf =
  <T extends ValueType>(opcode: Bytes, alignment: number) =>
  (address: I32, value: Expression<T>, offset = 0) =>
  (code: number[]): void => {
    address.emit(code)
    value.emit(code)
    for (const byte of access(opcode, alignment, offset)) code.push(byte)
  }

const storeLaneOf =
  (number: number, alignment: number) =>
  (address: I32, value: V128, lane: number, offset = 0) =>
  (code: number[]): void => {
    address.emit(code)
    value.emit(code)
    for (const byte of access(simd(number), alignment, offset)) code.push(byte)
    code.push(lane)
  }

const comparison = (opcode: number) => binaryOf<'i32', 'i32'>('i32', [opcode])
const integer = (opcode: number) => binaryOf<'i32', 'i32'>('i32', [opcode])
const vector = (number: number) => binaryOf<'v128', 'v128'>('v128', simd(number))
const vectorUnary = (number: number) => unaryOf<'v128', 'v128'>('v128', simd(number))
const shift =
  (number: number) =>
  (a: V128, count: number): V128 =>
    expression('v128', [a, i32.const(count)], ...simd(number))

const bytesOf = (value: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>): number[] => [
  ...new Uint8Array(value.buffer),
]

export const i32 = {
  const: (value: number): I32 => ({
    type: 'i32',
    emit: (code) => {
      code.push(0x41)
      signed(code, value)
    },
  }),
  load: loadOf('i32', [0x28], 2),
  store: storeOf<'i32'>([0x36], 2),
  eqz: unaryOf<'i32', 'i32'>('i32', [0x45]),
  eq: comparison(0x46),
  ne: comparison(0x47),
  ltS: comparison(0x48),
  ltU: comparison(0x49),
  gtS: comparison(0x4a),
  gtU: comparison(0x4b),
  leS: comparison(0x4c),
  geS: comparison(0x4e),
  geU: comparison(0x4f),
  add: integer(0x6a),
  sub: integer(0x6b),
  mul: integer(0x6c),
  divU: integer(0x6e),
  and: integer(0x71),
  or: integer(0x72),
  xor: integer(0x73),
  shl: integer(0x74),
  shrU: integer(0x76),
  /** `a` where `condition` is not 0, else `b`. */
  select: (condition: I32, a: I32, b: I32): I32 => expression('i32', [a, b, condition], 0x1b),
  /** Towards zero; what has no 32 bits is the nearest that has, NaN is 0. */
  truncF32: unaryOf<'i32', 'f32'>('i32', [0xfc, 0x00]),
} as const

export const f32 = {
  const: (value: number): F32 => expression('f32', [], 0x43, ...bytesOf(new Float32Array([value]))),
  load: loadOf('f32', [0x2a], 2),
  store: storeOf<'f32'>([0x38], 2),
  eq: binaryOf<'i32', 'f32'>('i32', [0x5b]),
  ne: binaryOf<'i32', 'f32'>('i32', [0x5c]),
  add: binaryOf<'f32', 'f32'>('f32', [0x92]),
  sub: binaryOf<'f32', 'f32'>('f32', [0x93]),
  mul: binaryOf<'f32', 'f32'>('f32', [0x94]),
  div: binaryOf<'f32', 'f32'>('f32', [0x95]),
  max: binaryOf<'f32', 'f32'>('f32', [0x97]),
  fromI32: unaryOf<'f32', 'i32'>('f32', [0xb2]),
  reinterpretI32: unaryOf<'f32', 'i32'>('f32', [0xbe]),
  fromF64: unaryOf<'f32', 'f64'>('f32', [0xb6]),
  lane: (a: V128, lane: number): F32 => expression('f32', [a], ...simd(0x1f), lane),
} as const

export const f64 = {
  const: (value: number): F64 => expression('f64', [], 0x44, ...bytesOf(new Float64Array([value]))),
  load: loadOf('f64', [0x2b], 3),
  store: storeOf<'f64'>([0x39], 3),
  add: binaryOf<'f64', 'f64'>('f64', [0xa0]),
  sub: binaryOf<'f64', 'f64'>('f64', [0xa1]),
  mul: binaryOf<'f64', 'f64'>('f64', [0xa2]),
  fromF32: unaryOf<'f64', 'f32'>('f64', [0xbb]),
  lane: (a: V128, lane: number): F64 => expression('f64', [a], ...simd(0x21), lane),
} as const

export const v128 = {
  /** Two 32-bit words, twice. */
  const: (low: number, high: number): V128 =>
    expression('v128', [], ...simd(0x0c), ...bytesOf(Int32Array.of(low, high, low, high))),
  load: loadOf('v128', simd(0x00), 2),
  loadSplat32: loadOf('v128', simd(0x09), 2),
  load64Zero: loadOf('v128', simd(0x5d), 2),
  load32Zero: loadOf('v128', simd(0x5c), 2),
  store: storeOf<'v128'>(simd(0x0b), 2),
  storeLane32: storeLaneOf(0x5a, 2),
  storeLane64: storeLaneOf(0x5b, 2),
  zero: expression('v128', [], ...simd(0x0c), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  constI32: (a: number, b: number, c: number, d: number): V128 =>
    expression('v128', [], ...simd(0x0c), ...bytesOf(new Int32Array([a, b, c, d]))),
  not: vectorUnary(0x4d),
  and: vector(0x4e),
  andnot: vector(0x4f),
  or: vector(0x50),
  xor: vector(0x51),
  /** Bits of `a` where `mask` has ones, else of `b`. */
  bitselect: (a: V128, b: V128, mask: V128): V128 => expression('v128', [a, b, mask], ...simd(0x52)),
  /** Four 32-bit lanes out of the eight of `a` and `b`. */
  shuffle32: (a: V128, b: V128, lanes: readonly [number, number, number, number]): V128 =>
    expression('v128', [a, b], ...simd(0x0d), ...lanes.flatMap((l) => [4 * l, 4 * l + 1, 4 * l + 2, 4 * l + 3])),
} as const

export const i32x4 = {
  splat: unaryOf<'v128', 'i32'>('v128', simd(0x11)),
  gtS: vector(0x3b),
  ltS: vector(0x39),
  shl: shift(0xab),
  shrS: shift(0xac),
  shrU: shift(0xad),
  add: vector(0xae),
  sub: vector(0xb1),
  mul: vector(0xb5),
} as const

export const f32x4 = {
  splat: unaryOf<'v128', 'f32'>('v128', simd(0x13)),
  eq: vector(0x41),
  ne: vector(0x42),
  lt: vector(0x43),
  gt: vector(0x44),
  ge: vector(0x46),
  abs: vectorUnary(0xe0),
  neg: vectorUnary(0xe1),
  sqrt: vectorUnary(0xe3),
  /** The nearest whole number, ties to even. */
  nearest: vectorUnary(0x6a),
  add: vector(0xe4),
  sub: vector(0xe5),
  mul: vector(0xe6),
  div: vector(0xe7),
  min: vector(0xe8),
  max: vector(0xe9),
  /** `b` where b < a, else `a`: one machine instruction, and NaN in `a` stays. */
  pmin: vector(0xea),
  /** `b` where a < b, else `a`. */
  pmax: vector(0xeb),
  fromI32: vectorUnary(0xfa),
  /** Two 64-bit floats, and zeros behind. */
  demoteZero: vectorUnary(0x5e),
  /** a · b + c, rounded once where the machine can. */
  relaxedMadd: (a: V128, b: V128, c: V128): V128 => expression('v128', [a, b, c], ...simd(0x105)),
} as const

export const f64x2 = {
  add: vector(0xf0),
  sub: vector(0xf1),
  mul: vector(0xf2),
  /** The first two of four 32-bit floats. */
  promoteLow: vectorUnary(0x5f),
} as const

/** memory.fill: `size` bytes from `address` on become `value`. */
export const memoryFill =
  (address: I32, value: I32, size: I32) =>
  (code: number[]): void => {
    address.emit(code)
    value.emit(code)
    size.emit(code)
    code.push(0xfc, 0x0b, 0x00)
  }

/** memory.copy: `size` bytes from `source` to `dest`. */
export const memoryCopy =
  (dest: I32, source: I32, size: I32) =>
  (code: number[]): void => {
    dest.emit(code)
    source.emit(code)
    size.emit(code)
    code.push(0xfc, 0x0a, 0x00, 0x00)
  }

/** An expression of which only what it does is wanted. */
export const drop =
  (value: Expression<ValueType>) =>
  (code: number[]): void => {
    value.emit(code)
    code.push(0x1a)
  }

/** Ends the call with an error. */
export const unreachable = (code: number[]): void => void code.push(0x00)

/** What threads do to one 32-bit word without coming between each other. */
export const atomic = {
  load: loadOf('i32', [0xfe, 0x10], 2),
  store: storeOf<'i32'>([0xfe, 0x17], 2),
  /** Adds, and gives what was there before. */
  add: (address: I32, value: I32): I32 => expression('i32', [address, value], ...access([0xfe, 0x1e], 2, 0)),
  /** Wakes `count` of those who wait at the word; gives how many there were. */
  notify: (address: I32, count: I32): I32 => expression('i32', [address, count], ...access([0xfe, 0x00], 2, 0)),
  /** Sleeps while the word is `expected`, until it is notified or `nanoseconds` are over. Only on a shared memory. */
  wait: (address: I32, expected: I32, nanoseconds: number): I32 => ({
    type: 'i32',
    emit: (code) => {
      address.emit(code)
      expected.emit(code)
      code.push(0x42)
      signed(code, nanoseconds)
      code.push(...access([0xfe, 0x01], 2, 0))
    },
  }),
} as const

/** a · b + c as two instructions or one: which, is the kernel set's choice. */
export type MultiplyAdd = (a: V128, b: V128, c: V128) => V128

/** Rounds the product and the sum. */
export const plainMultiplyAdd: MultiplyAdd = (a, b, c) => f32x4.add(f32x4.mul(a, b), c)
