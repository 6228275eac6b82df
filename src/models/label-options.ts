import type { ClassWeights } from './class-weights.ts'

/** How labels count in what is learnt. */
export interface LabelOptions {
  /**
   * How much each label counts; where a sequence may have several, how much it counts that one is there, against that it is not. All
   * count 1.
   */
  readonly classWeights?: ClassWeights
  /** The share of each target that is spread over all labels (Szegedy et al. 2016), where there is one each; 0. */
  readonly labelSmoothing?: number
  /** Seed of the first values, a whole number from 0 and below 2³²; 0. */
  readonly seed?: number
}
