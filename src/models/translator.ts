import type { Cell } from '../cells/index.ts'
import { sameVocabulary, vocabularyFrom, type Pairs, type Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import {
  chain,
  decoder,
  dropout,
  embedding,
  encoderDecoder,
  initialise,
  isAttentionScore,
  linear,
  recurrent,
  type AttentionScore,
  type Layer,
  type OpenLayer,
} from '../layers/index.ts'
import { checkBoolean, checkNames, checkNumber, wrongOption } from '../options.ts'
import type { Entry } from './entry.ts'
import { crossEntropy } from './losses/index.ts'
import { recurrentSynonyms } from './recurrent-synonyms.ts'
import { asModel, outputOf, type ModelParts } from './model.ts'
import { symbolsContent, writtenVocabulary, type Writing } from './writing.ts'
import { embeddingSize } from './sequence-layers.ts'
import { stepping } from './stepping.ts'

/** A model that turns one sequence into another. */
export interface Translator extends Writing {
  /** What tells a translator from other models, here and in its file. */
  readonly kind: 'translator'
}

/** The encoder, the decoder, and how the one looks at the other. */
export interface TranslatorOptions {
  /** The cell of every recurrent layer, on both sides: `lstm`, `gru`, or one of your own by `defineCell`. */
  readonly cell: Cell
  /** Width of the states on both sides; an array gives each layer its own. */
  readonly hidden: number | readonly number[]
  /** Recurrent layers on each side; 1, or as many as `hidden` has widths. */
  readonly layers?: number
  /** How each step looks at the source; `additive`. With `none` the decoder knows what it begins from. */
  readonly attention?: AttentionScore | 'none'
  /** Whether the source is read from both ends; false. */
  readonly bidirectional?: boolean
  /** Whether a step sees what attention gave at the one before (Luong et al. 2015); false. */
  readonly inputFeeding?: boolean
  /** Width of the vectors that stand for symbols; that of the first layer. */
  readonly embedding?: number
  /** Rate of dropout on what enters each layer and the output; 0. */
  readonly dropout?: number
  /** One embedding for both sides, whose vocabulary must be one; false. */
  readonly shared?: boolean
  /** Uses the target's embedding as the matrix of the output (Press & Wolf 2017); the last layer must be as wide; false. */
  readonly tied?: boolean
  /** The share of each target that is spread over all symbols (Szegedy et al. 2016); 0. */
  readonly labelSmoothing?: number
  /** Seed of the first values, a whole number from 0 and below 2³²; 0. */
  readonly seed?: number
}

const names = [
  'cell',
  'hidden',
  'layers',
  'attention',
  'bidirectional',
  'inputFeeding',
  'embedding',
  'dropout',
  'shared',
  'tied',
  'labelSmoothing',
  'seed',
]
const synonyms = {
  ...recurrentSynonyms,
  score: 'attention',
  input_feed: 'inputFeeding',
  label_smoothing: 'labelSmoothing',
}

/**
 * The topology many to many, of two sequences: an encoder reads the source whole, and a decoder that begins from its end writes
 * the target, symbol by symbol, each step looking at the encoder's outputs (Sutskever et al. 2014, Bahdanau et al. 2015, Luong et
 * al. 2015). See `recurrent`, `decoder` and `attention` for the parts, and `predict` for how it is asked.
 *
 * @throws UnrolledError `data` for data that is no pairs, `option` for wrong options.
 */
export function translator(data: Pairs, options: TranslatorOptions): Translator {
  checkNames('translator', options, names, synonyms)
  const { targetVocabulary, sourceVocabulary, ports } = data ?? {}
  if (typeof targetVocabulary?.encode !== 'function' || !ports.source) {
    throw new UnrolledError('data', 'translator: it is made for pairs: pairs([{ source, target }, …])')
  }
  const { labelSmoothing } = options
  const seed = checkNumber('translator', 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const layer = layersOf(data, options)
  const loss = crossEntropy(labelSmoothing === undefined ? {} : { labelSmoothing })
  const parameters = initialise(layer.declared, seed)
  return made({ layer, loss, seed, parameters, record: {} }, sourceVocabulary, targetVocabulary)
}

function layersOf({ sourceVocabulary, targetVocabulary, ports }: Pairs, options: TranslatorOptions): Layer {
  const { attention = 'additive', inputFeeding, dropout: rate = 0 } = options
  if (attention !== 'none' && !isAttentionScore(attention)) {
    throw wrongOption('translator', 'attention', attention, "'dot', 'general', 'additive' or 'none'")
  }
  const bidirectional = checkBoolean('translator', 'bidirectional', options.bidirectional ?? false)
  const size = embeddingSize('translator', options)
  const core = stepping({ ...options, bidirectional: false })
  const encoding = { ...core, ...(bidirectional && { bidirectional }), gives: 'both' } as const
  const { columns } = ports['source']!
  const encoder: Record<string, Layer | OpenLayer> = sourceVocabulary
    ? {
        embedding: embedding({ symbols: sourceVocabulary.size, size, axis: 'source' }),
        ...(rate > 0 && { dropoutIn: dropout({ rate }) }),
        core: recurrent(encoding),
      }
    : { core: recurrent({ ...encoding, input: columns, axis: 'source' }) }
  const read = chain(encoder)
  const { columns: memory } = outputOf(read)
  const symbols = targetVocabulary.size
  const write = chain({
    embedding: embedding({ symbols, size }),
    ...(rate > 0 && { dropoutIn: dropout({ rate }) }),
    core: decoder({
      ...core,
      start: memory,
      ...(attention !== 'none' && { attention, memory }),
      ...(inputFeeding !== undefined && { inputFeeding }),
    }),
    ...(rate > 0 && { dropoutOut: dropout({ rate }) }),
    output: linear({ output: symbols }),
  })
  const tie = tiesOf(options, write.declared, size, sourceVocabulary, targetVocabulary)
  const both = encoderDecoder({ encoder: read, decoder: write })
  return Object.keys(tie).length === 0 ? both : chain({ _both: both }, { tie })
}

/** Matrices that stand in two places. */
function tiesOf(
  { shared = false, tied = false }: TranslatorOptions,
  declared: Layer['declared'],
  size: number,
  source: Vocabulary | undefined,
  target: Vocabulary,
): Record<string, string> {
  checkBoolean('translator', 'shared', shared)
  checkBoolean('translator', 'tied', tied)
  if (shared && !(source && sameVocabulary(source, target))) {
    throw new UnrolledError(
      'option',
      'translator: a shared embedding is for one vocabulary on both sides: pairs(…, { shared: true })',
    )
  }
  const width = declared.find(({ name }) => name === 'output.weight')!.shape.columns
  if (tied && width !== size) {
    throw new UnrolledError(
      'option',
      `translator: tied weights want the last layer as wide as the embedding; they are ${width} and ${size}`,
    )
  }
  return {
    ...(shared && { 'encoder.embedding.weight': 'decoder.embedding.weight' }),
    ...(tied && { 'decoder.output.weight': 'decoder.embedding.weight' }),
  }
}

type Parts = Omit<ModelParts, 'kind'>

const made = (parts: Parts, source: Vocabulary | undefined, target: Vocabulary): Translator =>
  asModel({
    kind: 'translator' as const,
    ...parts,
    ...(source && { sourceVocabulary: source }),
    targetVocabulary: target,
    alignment: 'decoder.core.attend.weights',
    vocabularies: { x: target, targets: target, ...(source && { source }) },
    content: () => ({ source: source ? symbolsContent(source) : null, target: symbolsContent(target) }),
  })

/** A translator as its file tells of it; layers must fit the vocabularies. */
export function translatorFrom(parts: Parts, entry: Entry): Translator {
  const target = writtenVocabulary(parts.layer, entry)
  const read = entry('source', (json) => {
    const { symbols } = parts.layer.inputs['source']!
    if (symbols === undefined) return undefined
    const vocabulary = vocabularyFrom(json, symbols)
    if (vocabulary.size === symbols) return vocabulary
    throw new Error(`it has ${vocabulary.size} symbols; the encoder takes ${symbols}`)
  })
  return made(parts, read, target)
}
