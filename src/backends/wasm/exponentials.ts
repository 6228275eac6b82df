/** exp, good to 4 ulp; sigmoid, to 2; tanh, to 1.1. */

import type { Local, V128 } from './assembler.ts'
import { f32x4, i32x4, v128 } from './opcodes.ts'
import { ln2High, ln2Low, type VectorMath } from './vector-math.ts'

/** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const exponential = [0.5, 0.1666657606, 0.04166655346, 0.008363333082, 0.0013926376]

/** (tanh(x) / x − 1) / x² in x², for |x| ≤ 0.9. */
const tanhRest = [
  -0.3333332226, 0.1333297824, -0.05392929969, 0.0216635358, -0.008264531848, 0.002582657163, -0.0004554562408,
]

/** Added to a float below 2²², leaves the nearest whole number in the lowest bits. */
const rounding = 12582912
const exponentBias = 127

/** Coefficients for the other sign: odd ones change theirs. */
const mirrored = exponential.map((coefficient, i) => (i % 2 === 1 ? -coefficient : coefficient))

/** e to the power of x = 2ⁿ · `fraction`, n standing in the lowest bits of a float, `offset` added. */
function split(m: VectorMath, x: V128, offset: number): { fraction: Local<'v128'>; bits: Local<'v128'> } {
  const { c, fma, keep } = m
  const magic = c(rounding + offset)
  const bits = keep(fma(x, c(Math.LOG2E), magic))
  const n = keep(f32x4.sub(bits, magic))
  const r = keep(fma(n, c(-ln2Low), fma(n, c(-ln2High), x)))
  const squared = keep(f32x4.mul(r, r))
  const start = f32x4.add(c(1), r)
  return { fraction: keep(fma(squared, m.polynomial(r, squared, exponential), start)), bits }
}

function exp(m: VectorMath, x: V128): Local<'v128'> {
  const { constants, keep } = m
  const { fraction, bits } = split(m, m.clamp(x, -104, 89), 0)
  const n = keep(i32x4.sub(bits, constants.integer(0x4b400000)))
  const half = keep(i32x4.shrS(n, 1))
  const bias = constants.integer(exponentBias)
  const first = i32x4.shl(i32x4.add(half, bias), 23)
  const second = i32x4.shl(i32x4.add(i32x4.sub(n, half), bias), 23)
  return keep(f32x4.mul(f32x4.mul(fraction, first), second))
}

/** exp for −88 and below as 0, up to 88.7 as ∞: one scaling instead of two. */
export function expInRange(m: VectorMath, x: V128): Local<'v128'> {
  const { fraction, bits } = split(m, m.clamp(x, -88, 88.7), exponentBias)
  return m.keep(f32x4.mul(fraction, i32x4.shl(bits, 23)))
}

/** 1 / (1 + e⁻ˣ), e⁻ˣ being 2ⁿ (1 + less1): 1 + 2ⁿ is exact for all but the largest n, so that little is rounded before the quotient. */
function sigmoid(m: VectorMath, x: V128): Local<'v128'> {
  const { c, fma, keep, one } = m
  const outer = keep(x)
  const given = m.clamp(outer, -88.3, 88)
  const magic = c(rounding + exponentBias)
  const bits = keep(fma(given, c(-Math.LOG2E), magic))
  const n = keep(f32x4.sub(bits, magic))
  const scale = keep(i32x4.shl(bits, 23))
  // Of the other sign than the exponent's.
  const r = keep(fma(n, c(ln2Low), fma(n, c(ln2High), given)))
  const squared = keep(f32x4.mul(r, r))
  const less1 = keep(f32x4.sub(f32x4.mul(squared, m.polynomial(r, squared, mirrored)), r))
  const sum = keep(f32x4.add(scale, one))
  const lost = f32x4.sub(one, f32x4.sub(sum, scale))
  const result = f32x4.div(one, f32x4.add(sum, fma(less1, scale, lost)))
  return keep(v128.andnot(result, f32x4.lt(outer, c(-88.3))))
}

const doubled = exponential.map((coefficient, i) => coefficient * 2 ** (i + 1))

/**
 * Below 0.9 x + x³ p(x²), above 1 − 1 / ½(1 + e²ˣ), half of everything so that x need not be doubled; of |x|, with the sign of x.
 */
function tanh(m: VectorMath, x: V128): Local<'v128'> {
  const { c, fma, keep, one } = m
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
  const less1 = fma(squared, m.polynomial(r, squared, doubled), r)
  const half = c(0.5)
  const large = keep(f32x4.sub(one, f32x4.div(one, fma(less1, scale, fma(scale, half, half)))))
  const z = keep(f32x4.mul(outer, outer))
  const small = fma(f32x4.mul(size, z), m.polynomial(z, keep(f32x4.mul(z, z)), tanhRest), size)
  return keep(v128.or(v128.bitselect(small, large, f32x4.lt(size, c(0.9))), m.signOf(outer)))
}

export const exponentials = { exp, expInRange, sigmoid, tanh } as const
