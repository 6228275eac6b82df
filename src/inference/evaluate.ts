import type { DataSet } from '../data/index.ts'
import type { Judged, LanguageModel, Model, Report } from '../models/index.ts'
import type { Evaluation, EvaluationOptions, Fit } from './evaluation.ts'

/**
 * Measures how well a model fits data; nothing is changed. Every position that counts does so exactly once, states carried along
 * each sequence.
 *
 * Of a language model every symbol of a text but the first is predicted, from those before it in its stream; of lines every symbol
 * and each line's end, from those before it in its line. A model of lines reads a string as lines.
 *
 * A classifier and a regressor report more: by label or target, with intervals and the worst examples, and as a `table()`.
 *
 * @throws UnrolledError `data` for data that does not fit the model, with place and what would fit; `option` for wrong options. An
 * aborted signal throws its reason.
 */
export async function evaluate(
  model: LanguageModel,
  data: DataSet | string,
  options?: EvaluationOptions,
): Promise<Evaluation>
export async function evaluate<Told extends Report>(
  model: Judged<Told>,
  data: DataSet,
  options?: EvaluationOptions,
): Promise<Fit & Told>
export async function evaluate(model: Model, data: DataSet, options?: EvaluationOptions): Promise<Fit>
export async function evaluate(
  model: Model,
  data: DataSet | string,
  options: EvaluationOptions = {},
): Promise<Evaluation | Fit> {
  // What measures is fetched when it is first asked for.
  const { evaluation } = await import('./evaluation.ts')
  return evaluation(model, data, options)
}
