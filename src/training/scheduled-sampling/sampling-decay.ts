import { UnrolledError } from '../../error.ts'
import { checkNumber, wrongOption, type Description } from '../../options.ts'

/** How often a decoder reads what it would have written itself, in the course of a run (Bengio et al. 2015, arXiv:1506.03099). */
export interface SamplingDecay extends Description {
  /**
   * 1 − ε: the probability with which a step of update number `step`, counted from 1, reads the model's own symbol, in a run of `total`
   * updates (Infinity where nobody knows).
   */
  probability(step: number, total: number): number
}

/**
 * What the option `scheduledSampling` stands for: a probability that holds throughout, or a decay; undefined where every step reads
 * what is true.
 * @throws UnrolledError `option` for what is neither, and where nothing that is written goes in: the model does not write.
 */
export function samplingDecayFrom(
  given: number | SamplingDecay | undefined,
  writes: boolean,
): SamplingDecay | undefined {
  if (given === undefined || given === 0) return undefined
  const decay = decayFrom(given)
  if (writes) return decay
  throw new UnrolledError(
    'option',
    'train: scheduledSampling is for models that write one symbol after another about a source, translators and captioners; ' +
      'this one does not read what it said before',
  )
}

function decayFrom(given: number | SamplingDecay): SamplingDecay {
  if (typeof given === 'object' && given !== null) {
    const { name, options, probability } = given
    const whole = typeof name === 'string' && typeof options === 'object' && typeof probability === 'function'
    if (whole) return given
  } else if (typeof given === 'number') {
    const probability = checkNumber('train', 'scheduledSampling', given, { from: 0, to: 1 })
    return { name: 'constant', options: { probability }, probability: () => probability }
  }
  throw wrongOption('train', 'scheduledSampling', given, 'from 0 to 1, or a decay such as linearDecay({ to: 0.75 })')
}
