import type { InferenceOptions } from '../runtime/index.ts'
import type { SamplingOptions } from './sampling.ts'

/** How what a model writes is looked for. */
export interface WritingOptions {
  /** How many hypotheses are followed; 1, which is greedy. A wider beam never finds less than a greedy search. */
  readonly beam?: number
  /** α of Wu et al. 2016: scores are log probabilities divided by ((5 + symbols) ÷ 6)^α, the end counted; 0. */
  readonly lengthPenalty?: number
  /** β of Wu et al. 2016: how much it costs that parts of the source were not looked at; 0. */
  readonly coverage?: number
  /**
   * Most symbols of a target; three for each step of the source, and 20 more; of a captioner twice as many as the longest that it
   * learnt. What does not end before is cut off there.
   */
  readonly length?: number
  /**
   * Whether words that the model does not know may be written: for each the word of the source that was looked at most. Of models with
   * attention that read and write words, or tokens; false.
   */
  readonly copy?: boolean
}

/** Where a `temperature`, `topK`, `topP` or `seed` is given, what is written is drawn, and not searched for: each as it would be alone. */
export interface TranslationOptions extends InferenceOptions, WritingOptions, SamplingOptions {
  /** Aborting it makes the promise reject with its reason; without one all sources are done. */
  readonly signal?: AbortSignal
  /** Is told from time to time what share of the sources is done, 0 to 1; nobody is. */
  readonly progress?: (share: number) => void
}

export const searchNames = ['beam', 'lengthPenalty', 'coverage', 'length', 'copy'] as const
export const searchSynonyms = {
  beams: 'beam',
  beamSize: 'beam',
  beam_size: 'beam',
  num_beams: 'beam',
  alpha: 'lengthPenalty',
  length_penalty: 'lengthPenalty',
  beta: 'coverage',
  max_length: 'length',
  maxLength: 'length',
  replaceUnknown: 'copy',
  replace_unk: 'copy',
}

/** A target that was found, and how likely it is. */
export interface Candidate {
  /** The target, its symbols put together as the vocabulary does. */
  readonly text: string
  /** Its log probability in nats, changed by `lengthPenalty` and `coverage`. */
  readonly score: number
}

/** What a translator makes of a source. */
export interface Translation extends Candidate {
  /** What else the beam found, the best first, none twice. */
  readonly alternatives: readonly Candidate[]
  /** Of a model with attention: for each symbol of the text how much it looked at each step of the source; a row sums to 1. */
  readonly attention?: readonly (readonly number[])[]
}
