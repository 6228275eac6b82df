import { add, constant, div, log, mul, softplus, sub } from '../../graph/index.ts'
import { leastSpread } from './least.ts'
import { likelihood, type Likelihood } from './likelihood.ts'

/**
 * A normal distribution of each value: the mean is the first block of the output, the standard deviation σ = 0.001 + softplus(the second).
 * The loss is −log of its density, ½ log 2π + log σ + ½ ((target − mean) ÷ σ)², as torch.nn.GaussianNLLLoss with `full`. The point is the mean.
 */
export const normal = (): Likelihood =>
  likelihood({
    name: 'normal',
    options: {},
    perValue: 2,
    surprises([center, spread], values) {
      const sigma = add(constant(leastSpread), softplus(spread!))
      const z = div(sub(values, center!), sigma)
      return add(add(constant(Math.log(2 * Math.PI) / 2), log(sigma)), mul(constant(0.5), mul(z, z)))
    },
    distributions: async () => (await import('../distributions/normal.ts')).normalDistribution,
  })
