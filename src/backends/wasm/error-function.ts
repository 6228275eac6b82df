/** erf, good to 2 ulp. */

import type { Local, V128 } from './assembler.ts'
import { expInRange } from './exponentials.ts'
import { f32x4, v128 } from './opcodes.ts'
import type { VectorMath } from './vector-math.ts'

/** N. Juffa's fits of erf: x + x · p(x²) for |x| up to 475/512; above, 1 − exp(−|x| + |x| · q(|x|)). */
const erfLow = [0.128379166, -0.376125336, 0.112819925, -2.67681349e-2, 4.99119423e-3, -5.96761703e-4]
const erfHigh = [-0.128717512, -0.634846687, -0.106777877]
const erfHighRest = [2.42546219e-2, -3.88396438e-3, 3.83197126e-4, -1.7285347e-5]
const erfSplit = 0.927734375

export function erf(m: VectorMath, x: V128): Local<'v128'> {
  const { c, fma, horner, keep, one } = m
  const given = keep(x)
  const t = keep(f32x4.abs(given))
  const squared = keep(f32x4.mul(given, given))
  const below = keep(fma(horner(squared, erfLow), given, given))
  const [q2, q3, q4, q5] = erfHighRest as [number, number, number, number]
  const rest = fma(fma(t, c(q5), c(q4)), squared, fma(t, c(q3), c(q2)))
  const high = erfHigh.reduceRight((sum, a) => fma(sum, t, c(a)), rest)
  const above = keep(f32x4.sub(one, expInRange(m, fma(high, t, f32x4.neg(t)))))
  return keep(v128.bitselect(v128.or(above, m.signOf(given)), below, f32x4.gt(t, c(erfSplit))))
}
