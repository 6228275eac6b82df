import type { DataSet } from '../data/index.ts'
import { checkData, checkModel, fitted, isJudged, isReadingText, type Judge, type Model } from '../models/index.ts'
import { checkNames, checkNumber, checkSignal } from '../options.ts'
import { backendFor, checkWeights, engineNames, engineOf, held, type InferenceOptions } from '../runtime/index.ts'
import { knownText } from './known-text.ts'
import { LossMeter, wantedBy, type Looks, type Measure } from './loss-meter.ts'
import { LossPrograms } from './loss-programs.ts'
import type { Surprise } from './surprise.ts'
import { Surprises } from './surprises.ts'
import { Tally } from './tally.ts'

/** How data is gone through to measure a model, and where that is computed. */
export interface EvaluationOptions extends InferenceOptions {
  /**
   * Streams a text is cut into, which are read side by side. One stream sees every symbol with all that came before it; more
   * are faster, but each begins without a past. By default one for every 4,096 symbols, and at most 32. Of separate sequences: how
   * many are read at once, 32, which changes nothing.
   */
  readonly batch?: number
  /** Aborting it makes the promise reject with its reason; without one it goes on to the end. */
  readonly signal?: AbortSignal
  /** Is told from time to time what share of the data is done, 0 to 1; nobody is. */
  readonly progress?: (share: number) => void
}

/** How well a model predicts a text. */
export interface Evaluation {
  /** Mean −log probability of a symbol, in nats. */
  readonly loss: number
  /** The same in bits. */
  readonly bits: number
  /** exp(loss): among how many equally likely symbols the model is as unsure. */
  readonly perplexity: number
  /** Symbols (characters or words) that were predicted: each of the text but the first. */
  readonly units: number
  /** How many of those the model does not know and reads as `<unk>`. */
  readonly unknown: number
}

/** How well a network fits data. */
export interface Fit {
  /** The mean loss. */
  readonly loss: number
  /** Positions that count in it: steps, or whole sequences. */
  readonly positions: number
  /** Means of what the loss knows to tell beside itself: `accuracy` of crossEntropy and binaryCrossEntropy. */
  readonly metrics: Readonly<Record<string, number>>
}

export const evaluationNames = ['batch', 'signal', 'progress', 'weights', ...engineNames]
export const evaluationSynonyms = { batchSize: 'batch', batch_size: 'batch', onProgress: 'progress' }

/** What `evaluate` does with a model that does not write. */
export async function evaluation(
  given: Model,
  data: DataSet | string,
  options: EvaluationOptions,
): Promise<Evaluation | Fit> {
  checkNames('evaluate', options, evaluationNames, evaluationSynonyms)
  const model = fitted(given, data as DataSet)
  if (!isReadingText(model)) {
    const { metrics = {} } = model.loss
    const judge = isJudged(model) ? await model.judge() : undefined
    const tally = new Tally(model, metrics, { ...(judge && { judge }) })
    const { loss, positions } = await measure('evaluate', model, data as DataSet, options, { tally })
    return { loss, positions, metrics: tally.means, ...judge?.report() }
  }
  const { vocabulary } = model
  const tally = new Tally(model, {}, { ...(vocabulary.unknown !== undefined && { of: vocabulary.unknown }) })
  const { loss, positions } = await measure('evaluate', model, knownText(vocabulary, data), options, { tally })
  return { loss, bits: loss / Math.LN2, perplexity: Math.exp(loss), units: positions, unknown: tally.found }
}

/** Lets a judge look at every output of a model beside its target. */
export async function judged(
  given: Model,
  data: DataSet,
  options: EvaluationOptions,
  judge: Pick<Judge<unknown>, 'take'>,
): Promise<void> {
  checkNames('calibrate', options, evaluationNames, evaluationSynonyms)
  const model = fitted(given, data)
  await measure('calibrate', model, data, options, { tally: new Tally(model, {}, { judge }) })
}

/** What `score` does. */
export async function surprisesOf(
  model: Model,
  given: DataSet | string,
  options: EvaluationOptions,
): Promise<Surprise[]> {
  checkModel(model, 'score')
  checkNames('score', options, evaluationNames, evaluationSynonyms)
  const vocabulary = isReadingText(model) ? model.vocabulary : undefined
  const data = vocabulary ? knownText(vocabulary, given) : (given as DataSet)
  const surprises = new Surprises(
    model.targets.targets.columns,
    vocabulary && ((id) => vocabulary.decode(Int32Array.of(id))),
  )
  // A text is one sequence, of which each step knows all that came before it.
  const whole = data?.count === 1 ? { batch: 1, ...options } : options
  await measure('score', fitted(model, data), data, whole, { surprises })
  surprises.end()
  return surprises.found
}

/** The mean loss of a model on data, every position once, looked at on the way. `owner` is what asks. */
export async function measure(
  owner: string,
  model: Model,
  given: DataSet,
  options: EvaluationOptions,
  looks: Looks,
): Promise<Measure> {
  const data = checkData(model, given, owner)
  const { signal, progress, batch } = options
  checkSignal(owner, signal)
  const whole = data.whole(
    batch === undefined ? {} : { batch: checkNumber(owner, 'batch', batch, { from: 1, whole: true }) },
  )
  const weights = checkWeights(owner, options.weights)
  const wanted = wantedBy(looks)
  const key = ['loss', weights, ...Object.values(wanted)].join()
  const programs = await held(model, await backendFor(engineOf(options)), key, { weights }, (runner) =>
    Promise.resolve(new LossPrograms(runner, wanted)),
  )
  try {
    return await programs.kept.alone(() =>
      new LossMeter(programs.kept, model, looks).measure(model.parameters, whole, {
        ...(signal && { signal }),
        ...(progress && { progress }),
      }),
    )
  } finally {
    programs.release()
  }
}
