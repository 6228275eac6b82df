import {
  asked,
  checkRows,
  columnsOf,
  firstWrong,
  valueAt,
  type Asked,
  type Recorded,
  type Records,
  type Row,
  type Rows,
} from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { mainOf, type Port } from '../layers/index.ts'
import {
  checkModel,
  isSpeaking,
  isWriting,
  type Captioner,
  type Decoded,
  type Labelling,
  type Model,
  type OneSight,
  type Ranked,
  type SearchOptions,
  type Speaking,
  type Writing,
} from '../models/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import type { Tensor } from '../tensor.ts'
import { answered, plainlySaid, type Say } from './answers.ts'
import type { Translation, TranslationOptions } from './translation.ts'

/** What a model says of a sequence. */
export interface Prediction extends Decoded, Partial<Labelling> {
  /** Of a model that answers at every step: what it says at each, the last of which is what it says of the whole. */
  readonly steps?: readonly Decoded[]
}

const searchSynonyms = { beamWidth: 'beam', beam_width: 'beam', beams: 'beam' }

/**
 * What a model says of what it was made for: a classifier of labelled texts is given a string and says `{ label, probability,
 * probabilities }`, a regressor `{ values }` by name; of a list, what it says of each.
 *
 * What writes, a translator, is given a source, and says `{ text, score, alternatives, attention }`: what it finds by a greedy search, or with `beam` by
 * a wider one, or draws with a `temperature`. A list of strings is a list of sources; tokens of one source stand in a string with blanks
 * between, or in a list of lists. A captioner is shown a list of numbers, a picture, or values by the names of columns.
 *
 * A transcriber is given frames, and says `{ text, score, symbols, alternatives }`, found by a beam as wide as `beam`, 1 being greedy; of
 * what was found, as many as `best`.
 *
 * A network is given one sequence: `[steps][columns]`, a tensor `[steps, columns]`, or where a step is one number or one symbol a
 * flat list; or of many, each as it would be alone: a list of nested lists or of tensors. What is said depends on the loss:
 * crossEntropy gives `label` and `probabilities`, binaryCrossEntropy `probabilities`, linearChain `labels` and `logProbability` of
 * the whole too, ctc these alone, others `values`.
 *
 * @throws UnrolledError `data` for what does not fit the model, with sequence, step and column; `option` for wrong options.
 */
export async function predict(
  model: Captioner,
  shown: readonly OneSight[] | Recorded,
  options?: TranslationOptions,
): Promise<Translation[]>
/** Of a captioner that is shown one thing: its caption. */
export async function predict(model: Captioner, shown: OneSight, options?: TranslationOptions): Promise<Translation>
/** Of what writes, and a list of sources: what it writes of each. */
export async function predict(
  model: Writing,
  sources: readonly string[] | readonly (readonly string[])[] | readonly (Tensor | readonly Row[])[],
  options?: TranslationOptions,
): Promise<Translation[]>
/** Of what writes, and one source: what it writes of that. */
export async function predict(model: Writing, source: string | Rows, options?: TranslationOptions): Promise<Translation>
/** Of a model of labelled data, and a table with the columns that it reads: what it says of each sequence in it. */
export async function predict<Said>(
  model: Speaking<Said>,
  x: Records,
  options?: EngineOptions & SearchOptions,
): Promise<Said[]>
/** Of a model of labelled data, and one sequence: what it says of that. */
export async function predict<Said, One>(
  model: Speaking<Said, One>,
  x: One,
  options?: EngineOptions & SearchOptions,
): Promise<Said>
/** Of a model of labelled data, and a list of sequences or of objects with the columns that it reads: what it says of each. */
export async function predict<Said, One>(
  model: Speaking<Said, One>,
  x: readonly One[] | Recorded,
  options?: EngineOptions & SearchOptions,
): Promise<Said[]>
/** Of a network, and a list of sequences: what it says of each. */
export async function predict(
  model: Model,
  x: readonly (Tensor | readonly Row[])[],
  options?: EngineOptions,
): Promise<Prediction[]>
/** Of a network, and one sequence: what it says of that. */
export async function predict(model: Model, x: Rows, options?: EngineOptions): Promise<Prediction>
export async function predict(model: Model, x: unknown, options: EngineOptions = {}): Promise<unknown> {
  checkModel(model, 'predict')
  if (isWriting(model)) {
    // What searches is fetched when it is first asked for.
    const { translate } = await import('./translate.ts')
    return translate(model, x, options)
  }
  const searches = isSpeaking(model) && model.searches === true
  checkNames('predict', options, searches ? [...engineNames, 'beam', 'best'] : engineNames, searchSynonyms)
  if (!isSpeaking(model)) {
    const say: Say = (rows, _, once) => plainlySaid(model, rows, once)
    return answered(model, plain(model, x as Rows), engineOf(options), say, 'predict')
  }
  const { beam, best } = options as SearchOptions
  const search = { ...(beam !== undefined && { beam }), ...(best !== undefined && { best }) }
  const say: Say = (rows, value) => model.say(rows, value, search)
  return answered(model, asked(x, model, 'predict'), engineOf(options), say, 'predict')
}

/** How many are ranked, and where that is computed. */
export interface NBestOptions extends EngineOptions {
  /** How many; 5. */
  readonly best?: number
}

/**
 * The likeliest that a tagger may say of a sentence, best first, each with its log probability in nats: whole label sequences, valid ones
 * where its labels mark spans (the n-best list of Viterbi's algorithm). Of a list of sentences, a list for each. What else other models
 * may say stands in what `predict` gives: `alternatives` of what writes, `probabilities` of a classifier.
 *
 * @throws UnrolledError `option` for a model that says all at once; else as `predict`.
 */
export async function nBest<Said, One>(
  model: Speaking<Said, One>,
  x: One,
  options?: NBestOptions,
): Promise<Ranked<Said>[]>
/** Of a list of sentences, a list for each. */
export async function nBest<Said, One>(
  model: Speaking<Said, One>,
  x: readonly One[] | Recorded,
  options?: NBestOptions,
): Promise<Ranked<Said>[][]>
export async function nBest(model: Speaking<object>, x: unknown, options: NBestOptions = {}): Promise<unknown> {
  checkModel(model, 'nBest')
  checkNames('nBest', options, [...engineNames, 'best'], { n: 'best', count: 'best' })
  const best = checkNumber('nBest', 'best', options.best ?? 5, { from: 1, whole: true })
  if (!model.sayBest) {
    throw new UnrolledError(
      'option',
      `nBest: it ranks what a tagger may say; what else a ${model.kind} may say, predict tells`,
    )
  }
  const say: Say = (rows, value) => model.sayBest!(rows, value, best)
  return answered(model, asked(x, model, 'nBest'), engineOf(options), say, 'nBest')
}

/** Rows of numbers, which are held against the model. */
function plain(model: Model, x: Rows | readonly (Tensor | readonly Row[])[]): Asked {
  const many = isMany(x)
  const sequences = many ? x : [x]
  sequences.forEach((rows, i) => checkSequence(model, rows, many ? `predict: sequence ${i}` : 'predict: the sequence'))
  return { questions: sequences.map((x) => ({ x })), one: !many }
}

/** A list of sequences, which are lists of rows or tensors; else it is one sequence. */
function isMany(x: Rows | readonly (Tensor | readonly Row[])[]): x is readonly (Tensor | readonly Row[])[] {
  if (!Array.isArray(x)) return false
  const [first] = x as readonly unknown[]
  if (x.length === 0) return true
  if (typeof first !== 'object' || first === null || ArrayBuffer.isView(first)) return false
  return !Array.isArray(first) || typeof first[0] === 'object'
}

/** The one input of a model. */
const inputOf = ({ inputs }: Model): Port => mainOf(inputs, 'x')[1]

function checkSequence(model: Model, rows: Rows, place: string): void {
  const fail = (what: string): UnrolledError => new UnrolledError('data', `${place} ${what}`)
  checkRows(rows, 'x', place, fail)
  const { columns, symbols } = inputOf(model)
  if (columnsOf(rows) !== columns) throw fail(`has x of ${columnsOf(rows)} columns; the model takes ${columns}`)
  if (symbols === undefined) return
  const at = firstWrong(rows, { from: 0, to: symbols - 1, whole: true })
  if (!at) return
  throw fail(
    `has ${String(valueAt(rows, at))} at step ${at.step}, column ${at.column} of x; ` +
      `the model has ${symbols} symbols, numbered from 0 to ${symbols - 1}`,
  )
}
