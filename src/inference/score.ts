import type { DataSet } from '../data/index.ts'
import type { Model, ReadingText } from '../models/index.ts'
import type { EvaluationOptions } from './evaluation.ts'
import type { Surprise, TextSurprise } from './surprise.ts'

/**
 * How surprising data is to a model, step by step: what its loss says of what came. Of a language model, a tagger and a classifier
 * that is −log p in nats, p being how likely the model said it was before it was seen, or of a label, whatever was seen; of a network
 * that tells the next vector it is its error, in the loss's unit. So logs and sensors can be searched for what is unusual, without labels.
 *
 * One result for each sequence of the data, in order: for each line of a model of lines, one for a text. In sum it is what
 * `evaluate` measures, classes that count more or less left aside. Sequences side by side have the bits each has alone.
 *
 * `batch` is how many sequences are read at once, 32; a text is cut into so many, of which each begins without a past: 1.
 *
 * @throws UnrolledError as `evaluate`.
 */
export async function score(
  model: ReadingText,
  data: DataSet | string,
  options?: EvaluationOptions,
): Promise<TextSurprise[]>
/** Of what reads no text: the same without symbols. */
export async function score(model: Model, data: DataSet, options?: EvaluationOptions): Promise<Surprise[]>
export async function score(
  model: Model,
  data: DataSet | string,
  options: EvaluationOptions = {},
): Promise<Surprise[]> {
  // What measures is fetched when it is first asked for.
  const { surprisesOf } = await import('./evaluation.ts')
  return surprisesOf(model, data, options)
}
