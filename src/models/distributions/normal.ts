import { ofOne } from '../../element-functions.ts'
import { normalQuantile } from '../../normal-quantile.ts'
import { leastSpread } from '../losses/least.ts'
import type { DistributionOf } from '../losses/output.ts'
import { drawNormal } from './draw-normal.ts'

/** What `normal()` says of a value. */
export const normalDistribution: DistributionOf = (output, at, values) => {
  const mean = output[at]!
  const sigma = leastSpread + ofOne.softplus(output[values + at]!)
  return {
    point: mean,
    quantile: (level) => mean + sigma * normalQuantile(level),
    sample: (uniform) => mean + sigma * drawNormal(uniform),
    surprise: (value) => Math.log(2 * Math.PI) / 2 + Math.log(sigma) + ((value - mean) / sigma) ** 2 / 2,
  }
}
