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

/**
 * Newton's method on the probability above, from the normal quantile, which lies nearer to 0: as that probability falls ever more slowly, no step
 * goes too far. To some 1e-14.
 */
function studentQuantile(level: number, freedom: number): number {
  const tail = Math.min(level, 1 - level)
  let z = -normalQuantile(tail)
  for (;;) {
    const step = (above(z, freedom) - tail) / Math.exp(logDensity(z, freedom))
    z += step
    if (!(step > 1e-15 * (1 + z))) return level < 0.5 ? -z : z
  }
}
