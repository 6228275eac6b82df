import { constant } from './leaves.ts'
import type { Node } from './node.ts'
import { add } from './operations/add.ts'
import { div } from './operations/div.ts'
import { less } from './operations/less.ts'
import { log } from './operations/log.ts'
import { max } from './operations/max.ts'
import { min } from './operations/min.ts'
import { mul } from './operations/mul.ts'
import { select } from './operations/select.ts'
import { sub } from './operations/sub.ts'

/** From it on the series is good to 5e-12. */
const large = 6

/**
 * What Stirling's formula leaves of the logarithm of the gamma function, for a > 0: log Γ(a + 1) − (a + ½) log a + a − ½ log 2π, about
 * 1 ÷ 12 a. Losses are made of it where sums of log Γ itself are small differences of large numbers (Loader 2000, "Fast and accurate
 * computation of binomial probabilities").
 */
export function stirlingError(a: Node): Node {
  // What is not chosen is taken at the border, where it and its gradient are finite.
  const near = min(a, constant(large))
  const far = max(a, constant(large))
  return select(less(a, constant(large)), shifted(near), series(far))
}

/** B₂ₖ ÷ 2k (2k − 1) a²ᵏ⁻¹ added up (Abramowitz & Stegun 6.1.41). */
function series(a: Node): Node {
  const inverse = div(constant(1), a)
  const square = mul(inverse, inverse)
  const terms = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188]
  return mul(
    inverse,
    terms.map(constant).reduceRight<Node>((sum, term) => add(term, mul(square, sum)), constant(0)),
  )
}

/** The same of a + n, from which Γ(a + 1 + n) = Γ(a + 1) (a + 1) ⋯ (a + n) leads back. */
function shifted(a: Node): Node {
  const n = large
  const top = add(a, constant(n))
  const ratios = Array.from({ length: n - 1 }, (_, k) => div(top, add(a, constant(k + 1))))
  const stretched = mul(add(a, constant(0.5)), log(div(top, a)))
  return add(series(top), add(sub(stretched, constant(n)), log(ratios.reduce((product, one) => mul(product, one)))))
}
