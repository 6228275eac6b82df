import type { Vocabulary } from '../data/index.ts'
import type { Model } from './model.ts'

/** A model of text, which predicts each symbol from those before it, and is measured by the symbols of its vocabulary. */
export interface ReadingText extends Model {
  /** Whose symbols it reads and predicts. */
  readonly vocabulary: Vocabulary
}

/** Whether a model reads text. */
export const isReadingText = (model: Model): model is ReadingText =>
  typeof (model as Partial<ReadingText>).vocabulary?.encode === 'function'
