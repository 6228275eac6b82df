import { likelihood, type Likelihood } from './likelihood.ts'

/**
 * Student's t distribution of each value, for what is mostly near and at times far away. Blocks of the output: the location; the scale
 * σ = 0.001 + softplus(the second); the degrees of freedom 2 + softplus(the third), so that there is a variance. The loss is −log of its density,
 * log Γ(½ df) − log Γ(½ (df + 1)) + ½ log(π df) + log σ + ½ (df + 1) log(1 + z² ÷ df) with z = (target − location) ÷ σ. The point is the mean,
 * which is the location.
 */
export const studentT = (): Likelihood =>
  likelihood({
    name: 'studentT',
    options: {},
    perValue: 3,
    surprises: async (blocks, values) => (await import('./student-t-surprises.ts')).studentTSurprises(blocks, values),
    distributions: async () => (await import('../distributions/student-t.ts')).studentTDistribution,
  })
