import { checkNames, checkNumber } from '../../options.ts'
import type { SamplingDecay } from './sampling-decay.ts'

/** ε = k^i for update i, from 0 (Bengio et al. 2015, section 2.4): after ln 2 ÷ (1 − k) updates about half of the steps read what is true. */
export function exponentialDecay(options: { readonly k: number }): SamplingDecay {
  checkNames('exponentialDecay', options, ['k'], { factor: 'k', gamma: 'k' })
  const k = checkNumber('exponentialDecay', 'k', options.k, { above: 0, below: 1 })
  return { name: 'exponentialDecay', options: { k }, probability: (step) => 1 - k ** (step - 1) }
}
