import { ofOne } from '../../element-functions.ts'
import type { DistributionOf } from '../losses/output.ts'

/** What `zeroInflated(of)` says of a count: 0, or what `of` says by the first `perValue` numbers. */
export const withZeros =
  (of: DistributionOf, perValue: number): DistributionOf =>
  (output, at, values, scale) => {
    const own = of(output, at, values, scale)
    const logit = output[perValue * values + at]!
    const [zero, other] = [ofOne.sigmoid(logit), ofOne.sigmoid(-logit)]
    return {
      point: other * own.point,
      quantile: (level) => (level <= zero ? 0 : own.quantile!((level - zero) / other)),
      sample: (uniform) => (uniform() < zero ? 0 : own.sample!(uniform)),
      surprise: (count) =>
        count === 0
          ? ofOne.softplus(-logit) - ofOne.softplus(-logit - own.surprise!(0))
          : ofOne.softplus(logit) + own.surprise!(count),
    }
  }
