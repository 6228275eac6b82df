import { likelihood, type Likelihood } from './likelihood.ts'

/**
 * A negative binomial distribution of each count, as DeepAR has it (Salinas et al. 2020, arXiv:1704.04110, section 3.1): with the scale ν,
 * the last column of a target, above 0, its mean is μ = ν · (1e-6 + softplus(o₁)), its shape α = (0.001 + softplus(o₂)) ÷ √ν, and its variance
 * μ + α μ². The loss is −log of the probability of the count y, which is whole and not negative:
 * log Γ(1 ÷ α) + log y! − log Γ(y + 1 ÷ α) + log(1 + α μ) ÷ α + y log(1 + 1 ÷ α μ). The point is the mean, which is seldom whole; quantiles
 * and draws are.
 */
export const negativeBinomial = (): Likelihood =>
  likelihood({
    name: 'negativeBinomial',
    options: {},
    perValue: 2,
    counts: true,
    surprises: async (blocks, counts, scale) =>
      (await import('./negative-binomial-surprises.ts')).negativeBinomialSurprises(blocks, counts, scale),
    distributions: async () => (await import('../distributions/negative-binomial.ts')).negativeBinomialDistribution,
  })
