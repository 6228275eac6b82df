/**
 * exp, log and softplus on four floats at once, good to 4 ulp; sin, cos, erf and sigmoid, good to 2; tanh, good to 1.1. The coefficients are Chebyshev fits of the
 * series left over after the exact leading terms. NaN gives NaN.
 */

import type { FunctionBuilder, Local, V128 } from './assembler.ts'
import type { Constants } from './constants.ts'
import { f32x4, f64x2, i32x4, v128 } from './opcodes.ts'
import type { MultiplyAdd } from './opcodes.ts'

/** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const exponential = [0.5, 0.1666657606, 0.04166655346, 0.008363333082, 0.0013926376]
/** (atanh(s) / s − 1) / s² as a polynomial in s², for s² ≤ 1/9. */
const atanhWide = [0.3333333366, 0.199998526, 0.1429620963, 0.1085277101, 0.1161483144]
/** The same for s² ≤ 0.0296. */
const atanhNarrow = [0.3333334267, 0.1999432697, 0.1479284039]

/** (sin(r) / r − 1) / r² and (cos(r) − 1) / r² in r², for |r| ≤ π/4. */
const sineRest = [-0.166666672, 8.33338592e-3, -1.98559923e-4, 2.86567956e-6]
const cosineRest = [-0.5, 4.16666567e-2, -1.38877297e-3, 2.44677067e-5]
/** N. Juffa's fits of erf: x + x · p(x²) for |x| up to 475/512; above, 1 − exp(−|x| + |x| · q(|x|)). */
const erfLow = [0.128379166, -0.376125336, 0.112819925, -2.67681349e-2, 4.99119423e-3, -5.96761703e-4]
const erfHigh = [-0.128717512, -0.634846687, -0.106777877]
const erfHighRest = [2.42546219e-2, -3.88396438e-3, 3.83197126e-4, -1.7285347e-5]
const erfSplit = 0.927734375

/** π/2 in two 64-bit parts: the first has 33 bits, so that its product with whole numbers below 2²⁰ is exact. */
const quarterHigh = 1.57079632673412561417
const quarterLow = 6.07710050650619224932e-11
/** Added to a 64-bit float below 2⁵¹, leaves the nearest whole number in the lowest bits. */
const roundingWide = 6755399441055744

/** (tanh(x) / x − 1) / x² in x², for |x| ≤ 0.9. */
const tanhRest = [
  -0.3333332226, 0.1333297824, -0.05392929969, 0.0216635358, -0.008264531848, 0.002582657163, -0.0004554562408,
]

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
  readonly sin: (x: V128) => Local<'v128'>
  readonly cos: (x: V128) => Local<'v128'>
  readonly erf: (x: V128) => Local<'v128'>
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
  const signOf = (x: V128): V128 => v128.and(x, constants.integer(-0x80000000))
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

  /** 1 / (1 + e⁻ˣ), e⁻ˣ being 2ⁿ (1 + less1): 1 + 2ⁿ is exact for all but the largest n, so that little is rounded before the quotient. */
  const sigmoid = (x: V128): Local<'v128'> => {
    const outer = keep(x)
    const given = clamp(outer, -88.3, 88)
    const magic = c(rounding + exponentBias)
    const bits = keep(fma(given, c(-Math.LOG2E), magic))
    const n = keep(f32x4.sub(bits, magic))
    const scale = keep(i32x4.shl(bits, 23))
    // Of the other sign than the exponent's: odd coefficients change theirs instead.
    const r = keep(fma(n, c(ln2Low), fma(n, c(ln2High), given)))
    const squared = keep(f32x4.mul(r, r))
    const coefficients = exponential.map((coefficient, i) => (i % 2 === 1 ? -coefficient : coefficient))
    const less1 = keep(f32x4.sub(f32x4.mul(squared, polynomial(r, squared, coefficients)), r))
    const sum = keep(f32x4.add(scale, one))
    const lost = f32x4.sub(one, f32x4.sub(sum, scale))
    const result = f32x4.div(one, f32x4.add(sum, fma(less1, scale, lost)))
    return keep(v128.andnot(result, f32x4.lt(outer, c(-88.3))))
  }

  /**
   * Below 0.9 x + x³ p(x²), above 1 − 1 / ½(1 + e²ˣ), half of everything so that x need not be doubled; of |x|, with the sign of x.
   */
  const tanh = (x: V128): Local<'v128'> => {
    const outer = keep(x)
    const size = keep(f32x4.abs(outer))
    const given = keep(f32x4.pmin(size, c(10)))
    const magic = c(rounding + exponentBias)
    const bits = keep(fma(given, c(2 * Math.LOG2E), magic))
    const n = keep(f32x4.sub(bits, magic))
    const scale = keep(i32x4.shl(bits, 23))
    // The low part of ln 2 matters only where tanh is already ±1.
    const r = keep(fma(n, c(-Math.LN2 / 2), given))
    const squared = keep(f32x4.mul(r, r))
    const coefficients = exponential.map((coefficient, i) => coefficient * 2 ** (i + 1))
    const less1 = fma(squared, polynomial(r, squared, coefficients), r)
    const half = c(0.5)
    const large = keep(f32x4.sub(one, f32x4.div(one, fma(less1, scale, fma(scale, half, half)))))
    const z = keep(f32x4.mul(outer, outer))
    const small = fma(f32x4.mul(size, z), polynomial(z, keep(f32x4.mul(z, z)), tanhRest), size)
    return keep(v128.or(v128.bitselect(small, large, f32x4.lt(size, c(0.9))), signOf(outer)))
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

  /** a0 + a1 x + a2 x² + ..., term by term: the last bits of these depend on it. */
  const horner = (x: V128, coefficients: readonly number[]): V128 =>
    coefficients.slice(0, -1).reduceRight((sum, a) => fma(x, sum, c(a)), c(coefficients.at(-1) as number))

  /** Two angles less the nearest multiple of π/2, as 64-bit floats; which multiple stands in the low words of `whole`. */
  const reducedPair = (angles: V128): { rest: V128; whole: Local<'v128'> } => {
    const d = (value: number): V128 => constants.double(value)
    const angle = keep(f64x2.promoteLow(angles))
    const whole = keep(f64x2.add(f64x2.mul(angle, d(2 / Math.PI)), d(roundingWide)))
    const n = keep(f64x2.sub(whole, d(roundingWide)))
    return { rest: f64x2.sub(f64x2.sub(angle, f64x2.mul(n, d(quarterHigh))), f64x2.mul(n, d(quarterLow))), whole }
  }

  /**
   * The sine of |x|, `turned` by so many quarters. The angle is reduced in 64 bits: to the last place for |x| below 1.6e6; further
   * on it is off by some |x| · 2⁻⁵³, and what is beyond 2³¹ counts as 2³¹. NaN for infinities.
   */
  const sineOf = (x: V128, turned: 0 | 1): Local<'v128'> => {
    const magnitude = keep(f32x4.abs(x))
    const angle = keep(f32x4.pmin(magnitude, c(2 ** 31)))
    const low = reducedPair(angle)
    const high = reducedPair(v128.shuffle32(angle, angle, [2, 3, 2, 3]))
    const r = keep(v128.shuffle32(f32x4.demoteZero(low.rest), f32x4.demoteZero(high.rest), [0, 1, 4, 5]))
    const multiple = v128.shuffle32(low.whole, high.whole, [0, 2, 4, 6])
    const quarters = keep(turned === 0 ? multiple : i32x4.add(multiple, constants.integer(turned)))
    const squared = keep(f32x4.mul(r, r))
    const sine = fma(horner(squared, sineRest), f32x4.mul(squared, r), r)
    const cosine = fma(horner(squared, cosineRest), squared, one)
    const odd = i32x4.shrS(i32x4.shl(quarters, 31), 31)
    const sign = i32x4.shl(i32x4.shrU(quarters, 1), 31)
    const value = v128.xor(v128.bitselect(cosine, sine, odd), sign)
    return keep(v128.bitselect(value, c(NaN), f32x4.lt(magnitude, c(Infinity))))
  }

  /** Zero keeps its sign. */
  const sin = (x: V128): Local<'v128'> => {
    const given = keep(x)
    return keep(v128.xor(sineOf(given, 0), signOf(given)))
  }
  const cos = (x: V128): Local<'v128'> => sineOf(x, 1)

  const erf = (x: V128): Local<'v128'> => {
    const given = keep(x)
    const t = keep(f32x4.abs(given))
    const squared = keep(f32x4.mul(given, given))
    const below = keep(fma(horner(squared, erfLow), given, given))
    const [q2, q3, q4, q5] = erfHighRest as [number, number, number, number]
    const rest = fma(fma(t, c(q5), c(q4)), squared, fma(t, c(q3), c(q2)))
    const high = erfHigh.reduceRight((sum, a) => fma(sum, t, c(a)), rest)
    const above = keep(f32x4.sub(one, expInRange(fma(high, t, f32x4.neg(t)))))
    return keep(v128.bitselect(v128.or(above, signOf(given)), below, f32x4.gt(t, c(erfSplit))))
  }

  return { exp, expInRange, log, sigmoid, tanh, softplus, sin, cos, erf }
}
