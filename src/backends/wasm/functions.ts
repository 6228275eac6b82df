/**
 * exp, log, tanh, sigmoid and softplus on four floats at once, good to 4 ulp. The coefficients are Chebyshev fits of the
 * series left over after the exact leading terms. NaN gives NaN.
 */

import type { FunctionBuilder, Local, V128 } from './assembler.ts'
import type { Constants } from './constants.ts'
import { f32x4, i32x4, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'

/** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const exponential = [0.5, 0.1666657606, 0.04166655346, 0.008363333082, 0.0013926376]
/** (atanh(s) / s − 1) / s² as a polynomial in s², for s² ≤ 1/9. */
const atanhWide = [0.3333333366, 0.199998526, 0.1429620963, 0.1085277101, 0.1161483144]
/** The same for s² ≤ 0.0296. */
const atanhNarrow = [0.3333334267, 0.1999432697, 0.1479284039]

/** ln 2 in two parts: the first has few bits, so that its product with an exponent is exact. */
const ln2High = 0.693359375
const ln2Low = -2.12194440054690583e-4
/** Added to a float below 2²², leaves the nearest whole number in the lowest bits. */
const rounding = 12582912
const exponentBias = 127

export interface Functions {
  readonly exp: (x: V128) => Local<'v128'>
  /** exp for −88 and below as 0, up to 88.7 as ∞: one scaling instead of two. */
  readonly expInRange: (x: V128) => Local<'v128'>
  readonly log: (x: V128) => Local<'v128'>
  readonly sigmoid: (x: V128) => Local<'v128'>
  readonly tanh: (x: V128) => Local<'v128'>
  readonly softplus: (x: V128) => Local<'v128'>
}

/** The functions, writing their instructions into `f`. */
export function functionsIn(f: FunctionBuilder, constants: Constants, fma: MultiplyAdd): Functions {
  const keep = (value: V128): Local<'v128'> => f.local('v128', value)
  const c = (value: number): V128 => constants.float(value)
  /** Pairs of terms first, so that fewer operations wait for one another than term by term. */
  const polynomial = (x: V128, squared: V128, coefficients: readonly number[]): V128 => {
    const pairs: V128[] = []
    for (let i = 0; i < coefficients.length; i += 2) {
      const low = c(coefficients[i] as number)
      const high = coefficients[i + 1]
      pairs.push(high === undefined ? low : fma(x, c(high), low))
    }
    let sum = pairs.pop() as V128
    for (const pair of pairs.reverse()) sum = fma(squared, sum, pair)
    return sum
  }
  const one = c(1)
  const clamp = (x: V128, low: number, high: number): Local<'v128'> => keep(f32x4.pmax(f32x4.pmin(x, c(high)), c(low)))

  /** e to the power of `sign` · x = 2ⁿ · `fraction`, n standing in the lowest bits of a float, `offset` added. */
  const split = (x: V128, sign: 1 | -1, offset: number): { fraction: Local<'v128'>; bits: Local<'v128'> } => {
    const magic = c(rounding + offset)
    const bits = keep(fma(x, c(sign * Math.LOG2E), magic))
    const n = keep(f32x4.sub(bits, magic))
    // r has the sign of x; odd coefficients change theirs instead.
    const r = keep(fma(n, c(-sign * ln2Low), fma(n, c(-sign * ln2High), x)))
    const squared = keep(f32x4.mul(r, r))
    const coefficients = exponential.map((coefficient, i) => (i % 2 === 1 ? sign * coefficient : coefficient))
    const start = f32x4[sign === 1 ? 'add' : 'sub'](one, r)
    return { fraction: keep(fma(squared, polynomial(r, squared, coefficients), start)), bits }
  }

  const exp = (x: V128): Local<'v128'> => {
    const { fraction, bits } = split(clamp(x, -104, 89), 1, 0)
    const n = keep(i32x4.sub(bits, constants.integer(0x4b400000)))
    const half = keep(i32x4.shrS(n, 1))
    const bias = constants.integer(exponentBias)
    const first = i32x4.shl(i32x4.add(half, bias), 23)
    const second = i32x4.shl(i32x4.add(i32x4.sub(n, half), bias), 23)
    return keep(f32x4.mul(f32x4.mul(fraction, first), second))
  }

  const scaled = ({ fraction, bits }: { fraction: V128; bits: V128 }): Local<'v128'> =>
    keep(f32x4.mul(fraction, i32x4.shl(bits, 23)))

  const expInRange = (x: V128): Local<'v128'> => scaled(split(clamp(x, -88, 88.7), 1, exponentBias))

  const sigmoid = (x: V128): Local<'v128'> =>
    keep(f32x4.div(one, f32x4.add(one, scaled(split(clamp(x, -88.7, 88), -1, exponentBias)))))

  /** u / (u + 1), u being half of e²ˣ − 1, in half of everything so that x need not be doubled. */
  const tanh = (x: V128): Local<'v128'> => {
    const given = clamp(x, -10, 10)
    const magic = c(rounding + exponentBias)
    const bits = keep(fma(given, c(2 * Math.LOG2E), magic))
    const n = keep(f32x4.sub(bits, magic))
    const scale = keep(i32x4.shl(bits, 23))
    // The low part of ln 2 matters only where tanh is already ±1.
    const r = keep(fma(n, c(-Math.LN2 / 2), given))
    const squared = keep(f32x4.mul(r, r))
    const coefficients = exponential.map((coefficient, i) => coefficient * 2 ** (i + 1))
    const less1 = fma(squared, polynomial(r, squared, coefficients), r)
    const u = keep(fma(less1, scale, fma(scale, c(0.5), c(-0.5))))
    return keep(f32x4.div(u, f32x4.add(u, one)))
  }

  /** 2 atanh(s) = log((1 + s) / (1 − s)). */
  const twiceAtanh = (s: Local<'v128'>, coefficients: readonly number[]): V128 => {
    const z = keep(f32x4.mul(s, s))
    const twice = keep(f32x4.add(s, s))
    return fma(f32x4.mul(twice, z), polynomial(z, keep(f32x4.mul(z, z)), coefficients), twice)
  }

  const log = (x: V128): Local<'v128'> => {
    const given = keep(x)
    const tiny = keep(f32x4.lt(given, c(2 ** -126)))
    const scaled = v128.bitselect(f32x4.mul(given, c(2 ** 23)), given, tiny)
    const bits = keep(scaled)
    // The exponent that leaves a mantissa between √½ and √2.
    const exponent = keep(i32x4.shrS(i32x4.sub(bits, constants.integer(0x3f3504f3)), 23))
    const mantissa = keep(i32x4.sub(bits, i32x4.shl(exponent, 23)))
    const e = keep(f32x4.sub(f32x4.fromI32(exponent), v128.and(tiny, c(23))))
    const s = keep(f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one)))
    const value = fma(e, c(ln2High), fma(e, c(ln2Low), twiceAtanh(s, atanhNarrow)))
    const result = keep(value)
    const usual = v128.and(f32x4.gt(given, v128.zero), f32x4.lt(given, c(Infinity)))
    // The root has the right NaN and ∞ already; zero becomes −∞.
    const unusual = v128.or(f32x4.sqrt(given), v128.and(f32x4.eq(given, v128.zero), c(-Infinity)))
    return keep(v128.bitselect(result, unusual, usual))
  }

  const softplus = (x: V128): Local<'v128'> => {
    const given = keep(x)
    const u = expInRange(f32x4.neg(f32x4.abs(given)))
    const s = keep(f32x4.div(u, f32x4.add(u, c(2))))
    return keep(f32x4.add(f32x4.pmax(given, v128.zero), twiceAtanh(s, atanhWide)))
  }

  return { exp, expInRange, log, sigmoid, tanh, softplus }
}
