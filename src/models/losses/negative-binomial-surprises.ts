import {
  add,
  constant,
  div,
  less,
  log,
  log1p,
  logGap,
  max,
  mul,
  select,
  softplus,
  sqrt,
  stirlingError,
  sub,
  type Node,
} from '../../graph/index.ts'
import { leastMean, leastSpread } from './least.ts'

/** −log of the probability of counts y; of 0 it is log(1 + α μ) ÷ α. */
export function negativeBinomialSurprises([first, second]: readonly Node[], counts: Node, scale: Node): Node {
  const mean = mul(scale, add(constant(leastMean), softplus(first!)))
  const alpha = div(add(constant(leastSpread), softplus(second!)), sqrt(scale))
  const none = div(log1p(mul(alpha, mean)), alpha)
  return select(less(counts, constant(0.5)), none, ofSome(mean, alpha, max(counts, constant(1))))
}

/**
 * Of y ≥ 1 as Loader's saddle point (2000, "Fast and accurate computation of binomial probabilities", section 5): with r = 1 ÷ α,
 * Stirling's error δ and g(t) = t − log(1 + t), ½ log(2π y (1 + α y)) + δ(y) + δ(r) − δ(r + y) + r g(t) + y g(u), where
 * 1 + t = (1 + α y) ÷ (1 + α μ) and 1 + u = μ (1 + t) ÷ y. For thousands of counts, log Γ would be tens of thousands, whose sum is a few.
 */
function ofSome(mean: Node, alpha: Node, y: Node): Node {
  const one = constant(1)
  const [spreadOfCount, spreadOfMean] = [add(one, mul(alpha, y)), add(one, mul(alpha, mean))]
  const off = div(sub(y, mean), spreadOfMean)
  const ratio = div(spreadOfCount, spreadOfMean)
  const r = div(one, alpha)
  const width = mul(constant(0.5), log(mul(constant(2 * Math.PI), mul(y, spreadOfCount))))
  const errors = add(stirlingError(y), sub(stirlingError(r), stirlingError(add(r, y))))
  const gapOfSpread = div(logGap(mul(alpha, off), ratio), alpha)
  const gapOfCount = mul(y, logGap(div(sub(constant(0), off), y), div(mul(mean, ratio), y)))
  return add(add(width, errors), add(gapOfSpread, gapOfCount))
}
