/** log and softplus, good to 4 ulp. */

import type { Local, V128 } from './assembler.ts'
import { expInRange } from './exponentials.ts'
import { f32x4, i32x4, v128 } from './opcodes.ts'
import { ln2High, ln2Low, type VectorMath } from './vector-math.ts'

/** (atanh(s) / s − 1) / s² as a polynomial in s², for s² ≤ 1/9. */
const atanhWide = [0.3333333366, 0.199998526, 0.1429620963, 0.1085277101, 0.1161483144]
/** The same for s² ≤ 0.0296. */
const atanhNarrow = [0.3333334267, 0.1999432697, 0.1479284039]

/** 2 atanh(s) = log((1 + s) / (1 − s)). */
function twiceAtanh({ fma, keep, polynomial }: VectorMath, s: Local<'v128'>, coefficients: readonly number[]): V128 {
  const z = keep(f32x4.mul(s, s))
  const twice = keep(f32x4.add(s, s))
  return fma(f32x4.mul(twice, z), polynomial(z, keep(f32x4.mul(z, z)), coefficients), twice)
}

function log(m: VectorMath, x: V128): Local<'v128'> {
  const { c, constants, fma, keep, one } = m
  const given = keep(x)
  const tiny = keep(f32x4.lt(given, c(2 ** -126)))
  const scaled = v128.bitselect(f32x4.mul(given, c(2 ** 23)), given, tiny)
  const bits = keep(scaled)
  // The exponent that leaves a mantissa between √½ and √2.
  const exponent = keep(i32x4.shrS(i32x4.sub(bits, constants.integer(0x3f3504f3)), 23))
  const mantissa = keep(i32x4.sub(bits, i32x4.shl(exponent, 23)))
  const e = keep(f32x4.sub(f32x4.fromI32(exponent), v128.and(tiny, c(23))))
  const s = keep(f32x4.div(f32x4.sub(mantissa, one), f32x4.add(mantissa, one)))
  const value = fma(e, c(ln2High), fma(e, c(ln2Low), twiceAtanh(m, s, atanhNarrow)))
  const result = keep(value)
  const usual = v128.and(f32x4.gt(given, v128.zero), f32x4.lt(given, c(Infinity)))
  // The root has the right NaN and ∞ already; zero becomes −∞.
  const unusual = v128.or(f32x4.sqrt(given), v128.and(f32x4.eq(given, v128.zero), c(-Infinity)))
  return keep(v128.bitselect(result, unusual, usual))
}

function softplus(m: VectorMath, x: V128): Local<'v128'> {
  const { c, keep } = m
  const given = keep(x)
  const u = expInRange(m, f32x4.neg(f32x4.abs(given)))
  const s = keep(f32x4.div(u, f32x4.add(u, c(2))))
  return keep(f32x4.add(f32x4.pmax(given, v128.zero), twiceAtanh(m, s, atanhWide)))
}

export const logarithms = { log, softplus } as const
