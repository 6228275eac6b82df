import { checkNames, checkNumber } from '../../options.ts'
import type { SamplingDecay } from './sampling-decay.ts'

/** ε = k ÷ (k + exp(i ÷ k)) for update i, from 0 (Bengio et al. 2015, section 2.4): after k ln k updates half of the steps read what is true. */
export function inverseSigmoidDecay(options: { readonly k: number }): SamplingDecay {
  checkNames('inverseSigmoidDecay', options, ['k'])
  const k = checkNumber('inverseSigmoidDecay', 'k', options.k, { from: 1 })
  return {
    name: 'inverseSigmoidDecay',
    options: { k },
    // As the paper's, turned so that no power grows beyond bounds.
    probability: (step) => 1 / (1 + k * Math.exp((1 - step) / k)),
  }
}
