import type { DataSet, Sequences, Series } from '../data/index.ts'
import {
  checkModel,
  isForecaster,
  isWriting,
  type Forecaster,
  type Judged,
  type LanguageModel,
  type Model,
  type Report,
  type Writing,
  type WritingReport,
} from '../models/index.ts'
import type { Evaluation, EvaluationOptions, Fit } from './evaluation.ts'
import type { ForecastReport } from './forecasts/evaluation.ts'
import type { WritingOptions } from './translation.ts'

/**
 * Measures how well a model fits data; nothing is changed. Every position that counts does so exactly once, states carried along
 * each sequence.
 *
 * Of a language model every symbol of a text but the first is predicted, from those before it in its stream; of lines every symbol
 * and each line's end, from those before it in its line. A model of lines reads a string as lines.
 *
 * A classifier and a regressor report more: by label or target, with intervals and the worst examples, and as a `table()`. So does a
 * translator: what it writes by itself, found as the options of `predict` say, beside what is wanted: exact, errors by symbol and BLEU.
 *
 * Of a forecaster every origin of the series counts: its error in their units, and how often what came lay within each interval, at each
 * step ahead.
 *
 * @throws UnrolledError `data` for data that does not fit the model, with place and what would fit; `option` for wrong options. An
 * aborted signal throws its reason.
 */
export async function evaluate(
  model: LanguageModel,
  data: DataSet | string,
  options?: EvaluationOptions,
): Promise<Evaluation>
/** Of a translator or captioner: the loss, and how near what it writes comes, looked for greedily where `options` say nothing. */
export async function evaluate(
  model: Writing,
  data: Sequences,
  options?: EvaluationOptions & WritingOptions,
): Promise<Fit & WritingReport>
/** Of a forecaster: the loss, its errors in the units of the series, and the coverage of its intervals. */
export async function evaluate(
  model: Forecaster,
  data: Series,
  options?: EvaluationOptions,
): Promise<Fit & ForecastReport>
/** Of a classifier, a tagger, a regressor or a transcriber: the loss, and the report of its kind, with a `table()`. */
export async function evaluate<Told extends Report>(
  model: Judged<Told>,
  data: DataSet,
  options?: EvaluationOptions,
): Promise<Fit & Told>
/** Of a network: the loss, and the metrics that it knows. */
export async function evaluate(model: Model, data: DataSet, options?: EvaluationOptions): Promise<Fit>
export async function evaluate(
  model: Model,
  data: DataSet | string,
  options: EvaluationOptions = {},
): Promise<Evaluation | Fit> {
  checkModel(model, 'evaluate')
  // What measures is fetched when it is first asked for.
  if (isWriting(model)) {
    const { evaluationOfWriting } = await import('./evaluation-of-writing.ts')
    return evaluationOfWriting(model, data as DataSet, options)
  }
  if (isForecaster(model)) {
    const { evaluationOfForecasts } = await import('./forecasts/evaluation.ts')
    return evaluationOfForecasts(model, data as DataSet, options)
  }
  const { evaluation } = await import('./evaluation.ts')
  return evaluation(model, data, options)
}
