import { constant } from './leaves.ts'
import type { Node } from './node.ts'
import { add } from './operations/add.ts'
import { div } from './operations/div.ts'
import { exp } from './operations/exp.ts'
import { less } from './operations/less.ts'
import { max } from './operations/max.ts'
import { maxColumns } from './operations/max-columns.ts'
import { min } from './operations/min.ts'
import { mul } from './operations/mul.ts'
import { neg } from './operations/neg.ts'
import { select } from './operations/select.ts'
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

/** relu6(a + 3) / 6, as Keras 3 and PyTorch define it. */
export const hardSigmoid = (a: Node): Node => div(clip(add(a, constant(3)), constant(0), constant(6)), constant(6))

/** a where a > 0, else eᵃ − 1. */
export const elu = (a: Node): Node => select(less(constant(0), a), a, sub(exp(min(a, constant(0))), constant(1)))

/** a where a > 0, else a / 100. */
export const leakyRelu = (a: Node): Node => select(less(constant(0), a), a, mul(constant(0.01), a))

/** eᵃ ÷ Σ eᵃ over the columns of each row. */
export function softmax(a: Node): Node {
  const e = exp(sub(a, stop(maxColumns(a))))
  return div(e, sumColumns(e))
}

/** Zero mean and unit variance over the columns of each row, epsilon 1e-5 (Ba et al. 2016, arXiv:1607.06450). */
export function normalize(a: Node): Node {
  const n = constant(a.shape.columns)
  const centered = sub(a, div(sumColumns(a), n))
  const variance = div(sumColumns(mul(centered, centered)), n)
  return div(centered, sqrt(add(variance, constant(1e-5))))
}
