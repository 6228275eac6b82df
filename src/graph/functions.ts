import { constant } from './leaves.ts'
import type { Node } from './node.ts'
import { abs } from './operations/abs.ts'
import { add } from './operations/add.ts'
import { div } from './operations/div.ts'
import { erf } from './operations/erf.ts'
import { exp } from './operations/exp.ts'
import { less } from './operations/less.ts'
import { max } from './operations/max.ts'
import { maxColumns } from './operations/max-columns.ts'
import { min } from './operations/min.ts'
import { mul } from './operations/mul.ts'
import { neg } from './operations/neg.ts'
import { select } from './operations/select.ts'
import { sigmoid } from './operations/sigmoid.ts'
import { softplus } from './operations/softplus.ts'
import { sqrt } from './operations/sqrt.ts'
import { stop } from './operations/stop.ts'
import { sub } from './operations/sub.ts'
import { sumColumns } from './operations/sum-columns.ts'

/** max(0, a); relu′(0) = 0. */
export const relu = (a: Node): Node => max(constant(0), a)

/** a held between lo and hi. */
export const clip = (a: Node, lo: Node, hi: Node): Node => min(max(a, lo), hi)

/** log σ(a) */
export const logsigmoid = (a: Node): Node => neg(softplus(neg(a)))

/** slope · a + offset held between 0 and 1. The default is PyTorch's and Keras 3's, relu6(a + 3) / 6; Keras 2 has 0.2 and 0.5. */
export const hardSigmoid = (a: Node, slope = 1 / 6, offset = 1 / 2): Node =>
  // Clipped before it is scaled, so that the default is to the bit what it says.
  div(clip(add(a, constant(offset / slope)), constant(0), constant(1 / slope)), constant(1 / slope))

/** a where a > 0, else alpha · (eᵃ − 1) (Clevert et al. 2016, arXiv:1511.07289). */
export const elu = (a: Node, alpha = 1): Node =>
  select(less(constant(0), a), a, mul(constant(alpha), sub(exp(min(a, constant(0))), constant(1))))

/** a where a > 0, else slope · a. */
export const leakyRelu = (a: Node, slope = 0.01): Node => select(less(constant(0), a), a, mul(constant(slope), a))

/** a · σ(a), also called swish (Elfwing et al. 2017, arXiv:1702.03118). */
export const silu = (a: Node): Node => mul(a, sigmoid(a))

/** a · Φ(a), Φ being the normal distribution's: with erf, as PyTorch's default (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
export const gelu = (a: Node): Node => mul(mul(constant(0.5), a), add(constant(1), erf(mul(a, constant(Math.SQRT1_2)))))

/** a ÷ (1 + |a|) */
export const softsign = (a: Node): Node => div(a, add(constant(1), abs(a)))

/** 1 where a > b, else 0; 0 where either is NaN. No gradient. */
export const greater = (a: Node, b: Node): Node => less(b, a)

/** The mean of each row: [rows] × n → [rows] × 1. */
export const mean = (a: Node): Node => div(sumColumns(a), constant(a.shape.columns))

/**
 * The root mean square of each row, √(mean(a²) + epsilon): [rows] × n → [rows] × 1. a ÷ rms(a) is RMSNorm (Zhang & Sennrich
 * 2019, arXiv:1910.07467) as PyTorch computes it; without an epsilon a row of zeros, as a first state is, has no gradient.
 */
export const rms = (a: Node, epsilon = 1e-5): Node => sqrt(add(mean(mul(a, a)), constant(epsilon)))

/** eᵃ ÷ Σ eᵃ over the columns of each row. */
export function softmax(a: Node): Node {
  const e = exp(sub(a, stop(maxColumns(a))))
  return div(e, sumColumns(e))
}

/** Zero mean and unit variance over the columns of each row, epsilon 1e-5 (Ba et al. 2016, arXiv:1607.06450). */
export function normalize(a: Node): Node {
  const centered = sub(a, mean(a))
  return div(centered, rms(centered))
}
