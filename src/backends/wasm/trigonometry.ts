/** sin and cos, good to 2 ulp. */

import type { Local, V128 } from './assembler.ts'
import { f32x4, f64x2, i32x4, v128 } from './opcodes.ts'
import type { VectorMath } from './vector-math.ts'

/** (sin(r) / r − 1) / r² and (cos(r) − 1) / r² in r², for |r| ≤ π/4. */
const sineRest = [-0.166666672, 8.33338592e-3, -1.98559923e-4, 2.86567956e-6]
const cosineRest = [-0.5, 4.16666567e-2, -1.38877297e-3, 2.44677067e-5]

/** π/2 in two 64-bit parts: the first has 33 bits, so that its product with whole numbers below 2²⁰ is exact. */
const quarterHigh = 1.57079632673412561417
const quarterLow = 6.07710050650619224932e-11
/** Added to a 64-bit float below 2⁵¹, leaves the nearest whole number in the lowest bits. */
const roundingWide = 6755399441055744

/** Two angles less the nearest multiple of π/2, as 64-bit floats; which multiple stands in the low words of `whole`. */
function reducedPair({ constants, keep }: VectorMath, angles: V128): { rest: V128; whole: Local<'v128'> } {
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
function sineOf(m: VectorMath, x: V128, turned: 0 | 1): Local<'v128'> {
  const { c, constants, fma, horner, keep, one } = m
  const magnitude = keep(f32x4.abs(x))
  const angle = keep(f32x4.pmin(magnitude, c(2 ** 31)))
  const low = reducedPair(m, angle)
  const high = reducedPair(m, v128.shuffle32(angle, angle, [2, 3, 2, 3]))
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
function sin(m: VectorMath, x: V128): Local<'v128'> {
  const given = m.keep(x)
  return m.keep(v128.xor(sineOf(m, given, 0), m.signOf(given)))
}

const cos = (m: VectorMath, x: V128): Local<'v128'> => sineOf(m, x, 1)

export const trigonometry = { sin, cos } as const
