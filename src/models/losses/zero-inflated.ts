import { add, constant, less, neg, select, softplus, sub } from '../../graph/index.ts'
import { UnrolledError } from '../../error.ts'
import { likelihood, type Likelihood } from './likelihood.ts'

/**
 * Counts of which more are 0 than a distribution of counts tells: with probability π they are 0, and else as `of` has it. π = σ(o) of one
 * block more, the last. The loss is −log(π + (1 − π) p(0)) of a 0, and −log((1 − π) p(y)) of other counts y. The point is the mean.
 *
 * @param of what says counts, such as `negativeBinomial()`
 * @throws UnrolledError `option` for what says none
 */
export function zeroInflated(of: Likelihood): Likelihood {
  if (typeof of?.surprises !== 'function' || !of.counts) {
    const what = 'it is made of what says how likely counts are, as zeroInflated(negativeBinomial())'
    throw new UnrolledError('option', `zeroInflated: ${what}`)
  }
  return likelihood({
    name: 'zeroInflated',
    options: { of: { name: of.name, options: of.options } },
    perValue: of.perValue + 1,
    counts: true,
    async surprises(blocks, counts, scale) {
      const logit = blocks.at(-1)!
      const own = await of.surprises(blocks.slice(0, -1), counts, scale)
      // −log π is softplus(−o), −log(1 − π) softplus(o), and own −log p; no large terms cancel.
      const zero = sub(softplus(neg(logit)), softplus(neg(add(logit, own))))
      return select(less(counts, constant(0.5)), zero, add(softplus(logit), own))
    },
    async distributions() {
      const { withZeros } = await import('../distributions/with-zeros.ts')
      return withZeros(await of.distributions(), of.perValue)
    },
  })
}
