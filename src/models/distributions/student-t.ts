import { ofOne } from '../../element-functions.ts'
import { normalQuantile } from '../../normal-quantile.ts'
import { leastSpread } from '../losses/least.ts'
import type { DistributionOf } from '../losses/output.ts'
import { drawGamma } from './draw-gamma.ts'
import { drawNormal } from './draw-normal.ts'
import { incompleteBeta } from './incomplete-beta.ts'
import { logGamma } from './log-gamma.ts'

/** What `studentT()` says of a value. */
export const studentTDistribution: DistributionOf = (output, at, values) => {
  const location = output[at]!
  const sigma = leastSpread + ofOne.softplus(output[values + at]!)
  const freedom = 2 + ofOne.softplus(output[2 * values + at]!)
  return {
    point: location,
    quantile: (level) => location + sigma * studentQuantile(level, freedom),
    // A normal number by the root of a mean of squares of such; their sum is twice a gamma number.
    sample: (uniform) =>
      location + sigma * drawNormal(uniform) * Math.sqrt(freedom / (2 * drawGamma(freedom / 2, uniform))),
    surprise: (value) => Math.log(sigma) - logDensity((value - location) / sigma, freedom),
  }
}

const logDensity = (z: number, freedom: number): number =>
  logGamma((freedom + 1) / 2) -
  logGamma(freedom / 2) -
  Math.log(Math.PI * freedom) / 2 -
  ((freedom + 1) / 2) * Math.log1p((z * z) / freedom)

/** How probable a number above z ≥ 0 is: ½ I(df ÷ (df + z²); ½ df, ½) (Abramowitz & Stegun 26.7.1). */
function above(z: number, freedom: number): number {
  const whole = freedom + z * z
  return incompleteBeta(freedom / whole, (z * z) / whole, freedom / 2, 0.5) / 2
}

/** Newton's steps on the probability above, held between bounds that close in; to some 1e-14. */
function studentQuantile(level: number, freedom: number): number {
  const tail = Math.min(level, 1 - level)
  if (tail === 0.5) return 0
  let [low, high] = [0, 1]
  for (; above(high, freedom) > tail; high *= 2) low = high
  let z = started(-normalQuantile(tail), freedom)
  for (let turn = 0; turn < mostTurns; turn++) {
    if (!(z > low && z < high)) z = (low + high) / 2
    const more = above(z, freedom) - tail
    if (more > 0) low = z
    else high = z
    const step = more / Math.exp(logDensity(z, freedom))
    z += step
    if (Math.abs(step) <= 1e-15 * z) break
  }
  return level < 0.5 ? -z : z
}

const mostTurns = 100

/** From the normal quantile, by the first terms in 1 ÷ df (Abramowitz & Stegun 26.7.5). */
const started = (x: number, freedom: number): number =>
  x + (x ** 3 + x) / (4 * freedom) + (5 * x ** 5 + 16 * x ** 3 + 3 * x) / (96 * freedom ** 2)
