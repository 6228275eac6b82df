import type { ClassWeights } from './class-weights.ts'

/** How labels count in what is learnt. */
export interface LabelOptions {
  /** Where a sequence may have several labels, how much it counts that one is there, against that it is not. */
  readonly classWeights?: ClassWeights
  /** The share of each target that is spread over all labels (Szegedy et al. 2016), where there is one each; 0. */
  readonly labelSmoothing?: number
  /** Seed of the first values. */
  readonly seed?: number
}
