import { ofOne } from '../../element-functions.ts'
import type { DistributionOf } from '../losses/output.ts'

/** Quantiles at levels, of which that number `middle` is free and the others a distance from their neighbour; between them lines. */
export const betweenLevels =
  (levels: readonly number[], middle: number): DistributionOf =>
  (output, at, values) => {
    const quantiles = levels.map((_, k) => output[k * values + at]!)
    for (let k = middle + 1; k < levels.length; k++) quantiles[k] = quantiles[k - 1]! + ofOne.softplus(quantiles[k]!)
    for (let k = middle - 1; k >= 0; k--) quantiles[k] = quantiles[k + 1]! - ofOne.softplus(quantiles[k]!)
    const quantile = (level: number): number => between(levels, quantiles, level)
    return { point: quantile(0.5), quantile, sample: (uniform) => quantile(uniform()) }
  }

/** On the line between the neighbours of a level; at the outermost quantile where there is but one. */
function between(levels: readonly number[], quantiles: readonly number[], level: number): number {
  const after = levels.findIndex((one) => one >= level)
  if (after === 0) return quantiles[0]!
  if (after < 0) return quantiles.at(-1)!
  const [from, to] = [quantiles[after - 1]!, quantiles[after]!]
  const share = (level - levels[after - 1]!) / (levels[after]! - levels[after - 1]!)
  // Rounded, the end of a line may lie beyond the beginning of the next.
  return Math.min(to, from + share * (to - from))
}
