import {
  lines as linesOf,
  sameVocabulary,
  sequenceBatches,
  text as textOf,
  type Lines,
  type Text,
  type TrainingData,
  type Vocabulary,
} from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { checkData, type LanguageModel } from '../models/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { backendFor, checkWeights, engineNames, engineOf, type InferenceOptions } from '../runtime/index.ts'
import { LossMeter } from './loss-meter.ts'

export interface EvaluationOptions extends InferenceOptions {
  /**
   * Streams the text is cut into, which are read side by side. One stream sees every symbol with all that came before it; more
   * are faster, but each begins without a past. By default one for every 4,096 symbols, and at most 32. Of lines: how many are
   * read at once, 32, which changes nothing.
   */
  readonly batch?: number
  readonly signal?: AbortSignal
  /** Is told from time to time what share of the text is done, 0 to 1. */
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

const names = ['batch', 'signal', 'progress', 'weights', ...engineNames]
const synonyms = { batchSize: 'batch', batch_size: 'batch', onProgress: 'progress' }

/**
 * Measures how well a language model predicts a text. Every symbol but the first is predicted exactly once, from those before it
 * in its stream, states carried all along; of lines every symbol and each line's end, from those before it in its line. A model
 * of lines reads a string as lines. Nothing is changed.
 *
 * @throws UnrolledError `data` for a text that is too short or has symbols the model does not know, `option` for wrong options.
 * An aborted signal throws its reason.
 */
export async function evaluate(
  model: LanguageModel,
  text: Text | Lines | string,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  const { vocabulary } = model ?? {}
  if (!vocabulary) {
    throw new UnrolledError('option', 'evaluate: the first argument must be a language model, made by languageModel')
  }
  checkNames('evaluate', options, names, synonyms)
  const data = knownTo(vocabulary, text)
  checkData(model, data, 'evaluate')
  const usual = data.kind === 'text' ? Math.floor((data.ids.length - 1) / 4096) : 32
  const batch = checkNumber('evaluate', 'batch', options.batch ?? Math.min(32, Math.max(1, usual)), {
    from: 1,
    whole: true,
  })
  const whole = data.kind === 'text' ? wholeText(data.ids, batch, model.units) : sequenceBatches(data, { batch })
  const weights = checkWeights('evaluate', options.weights)
  const { signal, progress } = options
  const engine = await backendFor(engineOf(options))
  const meter = new LossMeter(engine, model, { weights })
  try {
    const { loss, positions } = await meter.measure(model.parameters, whole, {
      ...(signal && { signal }),
      ...(progress && { progress }),
    })
    return {
      loss,
      bits: loss / Math.LN2,
      perplexity: Math.exp(loss),
      units: positions,
      unknown: unknownIn(data, vocabulary.unknown),
    }
  } finally {
    meter.dispose()
  }
}

/** What is to be predicted, numbered as the model does: numbers of another vocabulary mean other symbols. */
function knownTo(vocabulary: Vocabulary, given: Text | Lines | string): Text | Lines {
  const read = vocabulary.boundary === undefined ? textOf : linesOf
  if (typeof given === 'string') return read(given, { vocabulary })
  if (given?.kind !== 'text') return given
  const known = vocabulary.boundary === undefined && sameVocabulary(given.vocabulary, vocabulary)
  return known ? given : read(given.string, { vocabulary })
}

/** How many of the symbols to be predicted are `<unk>`. */
function unknownIn(data: Text | Lines, unknown: number | undefined): number {
  if (unknown === undefined) return 0
  const count = (ids: ArrayLike<number>, from: number): number => {
    let found = 0
    for (let i = from; i < ids.length; i++) if (ids[i] === unknown) found++
    return found
  }
  if (data.kind === 'text') return count(data.ids, 1)
  return data.items.reduce((sum, { target }) => sum + count(target as ArrayLike<number>, 0), 0)
}

/** A text as streams side by side of which no symbol is left out: the last may be shorter. */
function wholeText(ids: Int32Array, batch: number, units: string): TrainingData {
  const count = ids.length - 1
  const steps = Math.ceil(count / batch)
  const streams = Math.ceil(count / steps)
  const rest = count - (streams - 1) * steps
  const stream = {
    batch: streams,
    steps,
    ...(rest < steps && {
      lengths: Float32Array.from({ length: streams }, (_, i) => (i + 1 < streams ? steps : rest)),
    }),
    fill(step: number, time: number, x: Float32Array, targets: Float32Array): void {
      for (let t = 0; t < time; t++) {
        for (let b = 0; b < streams; b++) {
          const at = b * steps + step + t
          x[t * streams + b] = at < count ? ids[at]! : 0
          targets[t * streams + b] = at < count ? ids[at + 1]! : 0
        }
      }
    },
  }
  return { batches: 1, longest: steps, positions: count, hash: '', isOf: () => false, units, open: () => stream }
}
