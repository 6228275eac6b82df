import type { Cell } from '../cells/index.ts'
import type { Lines, Text, Units, Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { chain, dropout, embedding, initialise, linear, recurrent, tied, type Layer } from '../layers/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { crossEntropy } from './losses/index.ts'
import { asModel, type Model } from './model.ts'

/** A model of what symbol follows: characters or words. */
export interface LanguageModel extends Model {
  readonly kind: 'languageModel'
  readonly vocabulary: Vocabulary
  readonly units: Units
}

/** Whether a model, as it comes out of a file, is one of language. */
export const isLanguageModel = (model: Model): model is LanguageModel => model.kind === 'languageModel'

export interface LanguageModelOptions {
  readonly cell: Cell
  /** Width of the states; an array gives each layer its own. */
  readonly hidden: number | readonly number[]
  /** Recurrent layers; 1, or as many as `hidden` has widths. */
  readonly layers?: number
  /** Width of the vectors that stand for symbols; that of the first layer. */
  readonly embedding?: number
  /** Rate of dropout on what enters each layer and the output; 0. */
  readonly dropout?: number
  readonly residual?: boolean
  /** Uses the embedding as the matrix of the output (Press & Wolf 2017); the last layer must be as wide. */
  readonly tied?: boolean
  readonly projection?: number
  readonly seed?: number
}

const names = ['cell', 'hidden', 'layers', 'embedding', 'dropout', 'residual', 'tied', 'projection', 'seed']
const synonyms = {
  units: 'hidden',
  hidden_size: 'hidden',
  hiddenSize: 'hidden',
  num_layers: 'layers',
  numLayers: 'layers',
}

/**
 * The synced topology on text: at every step the next symbol is predicted from all before. An embedding, recurrent layers, and
 * a softmax over the text's vocabulary. Made for lines, it is a model of one line, from its beginning to its end.
 */
export function languageModel(text: Text | Lines, options: LanguageModelOptions): LanguageModel {
  checkNames('languageModel', options, names, synonyms)
  if (typeof text?.vocabulary?.encode !== 'function') {
    throw new UnrolledError(
      'data',
      'languageModel: it is made for a text: text(string), or lines(string) for separate lines',
    )
  }
  const { cell, hidden, projection } = options
  const first = Array.isArray(hidden) ? (hidden as readonly number[])[0] : (hidden as number)
  const size = checkNumber('languageModel', 'embedding', options.embedding ?? first, { from: 1, whole: true })
  const layers = options.layers ?? (Array.isArray(hidden) ? hidden.length : 1)
  const rate = options.dropout ?? 0
  const symbols = text.vocabulary.size
  const core = recurrent({
    cell,
    input: size,
    hidden,
    layers,
    ...(options.residual !== undefined && { residual: options.residual }),
    ...(projection !== undefined && { projection }),
    // Between layers; there is nothing between one and the next where there is one.
    ...(rate > 0 && layers > 1 && { dropout: rate }),
  })
  const width = core.output
  if (options.tied && width !== size) {
    throw new UnrolledError(
      'option',
      `languageModel: tied weights want the last layer as wide as the embedding; they are ${width} and ${size}`,
    )
  }
  const parts: Record<string, Layer> = {
    embedding: embedding({ symbols, size }),
    ...(rate > 0 && { dropoutIn: dropout({ size, rate }) }),
    _core: core,
    ...(rate > 0 && { dropoutOut: dropout({ size: width, rate }) }),
    ...(options.tied ? { _output: tied({ symbols, size }) } : { output: linear({ input: width, output: symbols }) }),
  }
  const seed = checkNumber('languageModel', 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const layer = chain(parts)
  return asModel<LanguageModel>({
    kind: 'languageModel',
    layer,
    loss: crossEntropy(),
    on: 'every step',
    seed,
    parameters: initialise(layer.declared, seed),
    record: {},
    vocabulary: text.vocabulary,
    units: text.units,
  })
}
