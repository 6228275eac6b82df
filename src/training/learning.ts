import type { Model } from '../models/index.ts'
import type { LearningOptions } from './learning-options.ts'
import type { Learning } from './online.ts'

/**
 * Lets a model learn from what comes bit by bit, without compiling anew for it: `update` makes one update, and gives what it came to.
 *
 * @throws UnrolledError `option` for wrong options; `misuse` where the model is being trained already.
 */
export async function learner(model: Model, options: LearningOptions = {}): Promise<Learning> {
  // Who never trains need not fetch it.
  const { OnlineLearning } = await import('./online.ts')
  return OnlineLearning.begin(model, options)
}
