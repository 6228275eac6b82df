import type { Cell } from '../cells/index.ts'
import { vocabularyFrom, type Lines, type Text, type Units, type Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import {
  chain,
  dropout,
  embedding,
  initialise,
  linear,
  mainOf,
  recurrent,
  type Layer,
  type OpenLayer,
} from '../layers/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { crossEntropy } from './losses/index.ts'
import type { Entry } from './entry.ts'
import type { ReadingText } from './reading-text.ts'
import { recurrentSynonyms } from './recurrent-synonyms.ts'
import { asModel, outputOf, type Model, type ModelParts } from './model.ts'
import { symbolsContent } from './writing.ts'
import { embeddingSize } from './sequence-layers.ts'
import { stepping } from './stepping.ts'

/** A model of what symbol follows: characters or words. */
export interface LanguageModel extends ReadingText {
  /** What tells a language model from other models, here and in its file. */
  readonly kind: 'languageModel'
  /** What its text is cut into, those of its vocabulary. */
  readonly units: Units
}

/** Whether a model, as it comes out of a file, is one of language. */
export const isLanguageModel = (model: Model): model is LanguageModel => model?.kind === 'languageModel'

/** The layers of a language model. */
export interface LanguageModelOptions {
  /** The cell of every recurrent layer: `lstm`, `gru`, or one of your own by `defineCell`. */
  readonly cell: Cell
  /** Width of the states; an array gives each layer its own. */
  readonly hidden: number | readonly number[]
  /** Recurrent layers; 1, or as many as `hidden` has widths. */
  readonly layers?: number
  /** Width of the vectors that stand for symbols; that of the first layer. */
  readonly embedding?: number
  /** Rate of dropout on what enters each layer and the output; 0. */
  readonly dropout?: number
  /** Whether each recurrent layer adds its input to its output, where both are as wide; false. */
  readonly residual?: boolean
  /** Uses the embedding as the matrix of the output (Press & Wolf 2017); the last layer must be as wide; false. */
  readonly tied?: boolean
  /** Columns of the projected state of a cell that has one, `lstmProjected`: `proj_size` of torch.nn.LSTM; none. */
  readonly projection?: number
  /** Seed of the first values, a whole number from 0 and below 2³²; 0. */
  readonly seed?: number
}

const names = ['cell', 'hidden', 'layers', 'embedding', 'dropout', 'residual', 'tied', 'projection', 'seed']

/**
 * The synced topology on text: at every step the next symbol is predicted from all before. An embedding, recurrent layers, and
 * a softmax over the text's vocabulary. Made for lines, it is a model of one line, from its beginning to its end.
 *
 * @throws UnrolledError `data` for data without a vocabulary, `option` for wrong options.
 */
export function languageModel(text: Text | Lines, options: LanguageModelOptions): LanguageModel {
  checkNames('languageModel', options, names, recurrentSynonyms)
  if (typeof text?.vocabulary?.encode !== 'function') {
    throw new UnrolledError(
      'data',
      'languageModel: it is made for a text: text(string), or lines(string) for separate lines',
    )
  }
  const { projection } = options
  const size = embeddingSize('languageModel', options)
  const rate = options.dropout ?? 0
  const symbols = text.vocabulary.size
  const core = recurrent({ ...stepping(options), input: size, ...(projection !== undefined && { projection }) })
  const width = outputOf(core).columns
  if (options.tied && width !== size) {
    throw new UnrolledError(
      'option',
      `languageModel: tied weights want the last layer as wide as the embedding; they are ${width} and ${size}`,
    )
  }
  const parts: Record<string, Layer | OpenLayer> = {
    embedding: embedding({ symbols, size }),
    ...(rate > 0 && { dropoutIn: dropout({ rate }) }),
    _core: core,
    ...(rate > 0 && { dropoutOut: dropout({ rate }) }),
    output: linear({ output: symbols }),
  }
  const seed = checkNumber('languageModel', 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const layer = chain(parts, { ...(options.tied && { tie: { 'output.weight': 'embedding.weight' } }) })
  const parameters = initialise(layer.declared, seed)
  return languageModelOf({ layer, loss: crossEntropy(), seed, parameters, record: {} }, text.vocabulary)
}

type Parts = Omit<ModelParts, 'kind'>

/** A language model of its parts; the layers must fit the vocabulary. */
export const languageModelOf = (parts: Parts, vocabulary: Vocabulary): LanguageModel =>
  asModel({
    kind: 'languageModel' as const,
    ...parts,
    vocabulary,
    units: vocabulary.units,
    vocabularies: { x: vocabulary, targets: vocabulary },
    content: () => ({ vocabulary: symbolsContent(vocabulary) }),
  })

/** A language model as its file tells of it; layers and loss must fit the vocabulary. */
export function languageModelFrom(parts: Parts, entry: Entry): LanguageModel {
  const { layer } = parts
  const vocabulary = entry('vocabulary', (json) => {
    const [, { symbols }] = mainOf(layer.inputs, 'x')
    if (symbols === undefined) throw new Error('the first layer of a language model must be an embedding')
    // No more symbols are read than there are vectors for.
    const vocabulary = vocabularyFrom(json, symbols)
    checkParts(parts, vocabulary, symbols)
    return vocabulary
  })
  return languageModelOf(parts, vocabulary)
}

/** What numbers a symbol must have a row in the first layer, and a logit in the last. */
function checkParts({ layer, loss }: Parts, { size }: Vocabulary, symbols: number): void {
  if (symbols !== size) {
    throw new Error(`the vocabulary has ${size} symbols, so the first layer must be an embedding of ${size}`)
  }
  const { columns, axes } = outputOf(layer)
  if (columns !== size) {
    throw new Error(`the vocabulary has ${size} symbols, but the last layer gives ${columns} columns`)
  }
  if (loss.name !== 'crossEntropy' || Object.keys(loss.options).length > 0 || !axes.includes('time')) {
    throw new Error(`its loss must be crossEntropy on every step, not ${loss.name} on [${axes.join(', ')}]`)
  }
}
