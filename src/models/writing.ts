import type { Vocabulary } from '../data/index.ts'
import type { Model } from './model.ts'

/**
 * A model that writes one symbol after another about its input `source`; `predict` looks for what it would most likely write. A model
 * of one's own is such by having these.
 */
export interface Writing extends Model {
  /** Its boundary begins and ends what is written. */
  readonly targetVocabulary: Vocabulary
  /** Of sources that are symbols; others are rows of numbers. */
  readonly sourceVocabulary?: Vocabulary
  /** The tap of its layer that shows what a step looks at, where that is offered. */
  readonly alignment: string
}

/** Whether a model writes symbols. */
export const isWriting = (model: Model): model is Writing =>
  typeof (model as Partial<Writing>).targetVocabulary?.boundary === 'number' &&
  typeof (model as Partial<Writing>).alignment === 'string'
