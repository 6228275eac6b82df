import { ofOne } from '../../element-functions.ts'
import { normalQuantile } from '../../normal-quantile.ts'
import { leastMean, leastSpread } from '../losses/least.ts'
import type { DistributionOf } from '../losses/output.ts'
import { drawGamma } from './draw-gamma.ts'
import { drawPoisson } from './draw-poisson.ts'
import { incompleteBeta } from './incomplete-beta.ts'
import { logGamma } from './log-gamma.ts'

/** What `negativeBinomial()` says of a count. */
export const negativeBinomialDistribution: DistributionOf = (output, at, values, scale) => {
  const mean = scale * (leastMean + ofOne.softplus(output[at]!))
  const alpha = (leastSpread + ofOne.softplus(output[values + at]!)) / Math.sqrt(scale)
  return {
    point: mean,
    quantile: (level) => countAt(level, mean, alpha),
    // Of a Poisson distribution whose mean is drawn itself.
    sample: (uniform) => drawPoisson(drawGamma(1 / alpha, uniform) * alpha * mean, uniform),
    surprise: (count) => -logProbability(count, mean, alpha),
  }
}

/** −∞ of what is no count. */
function logProbability(count: number, mean: number, alpha: number): number {
  if (!(count >= 0 && Number.isInteger(count))) return -Infinity
  const r = 1 / alpha
  const ways = logGamma(count + r) - logGamma(r) - logGamma(count + 1)
  return ways - r * Math.log1p(alpha * mean) - count * Math.log1p(1 / (alpha * mean))
}

/** The smallest count that with at least that probability is not exceeded: a guess, bounds twice as far each time, and halves. */
function countAt(level: number, mean: number, alpha: number): number {
  const spread = 1 + alpha * mean
  /** Whether a count, or less, is as probable as that: I(1 ÷ spread; 1 ÷ alpha, count + 1). */
  const reached = (count: number): boolean =>
    incompleteBeta(1 / spread, (alpha * mean) / spread, 1 / alpha, count + 1) >= level
  let high = guessed(level, mean, alpha)
  let low = high - 1
  for (let step = 1; high < mostCounted && !reached(high); step *= 2) [low, high] = [high, high + step]
  for (let step = 1; low >= 0 && reached(low); step *= 2) [low, high] = [Math.max(-1, low - step), low]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (reached(middle)) high = middle
    else low = middle
  }
  return high
}

/** By the normal quantile and the skewness (Cornish & Fisher 1938). */
function guessed(level: number, mean: number, alpha: number): number {
  const deviation = Math.sqrt(mean * (1 + alpha * mean))
  const skewness = (1 + 2 * alpha * mean) / deviation
  const z = normalQuantile(level)
  return Math.min(mostCounted, Math.max(0, Math.floor(mean + deviation * (z + (skewness * (z * z - 1)) / 6))))
}

/** Above it not every whole number is one. */
const mostCounted = 2 ** 53
