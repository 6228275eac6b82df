import type { Cell } from '../cells/index.ts'
import { asked, type CaptionReadings, type Captions, type Row, type RowValues, type Vocabulary } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import {
  chain,
  decoder,
  dropout,
  embedding,
  encoderDecoder,
  initialise,
  last,
  linear,
  type Layer,
  type OpenLayer,
} from '../layers/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import type { Tensor } from '../tensor.ts'
import { encoderNames, encoding, type EncoderOptions } from './encoding.ts'
import type { Entry } from './entry.ts'
import { crossEntropy } from './losses/index.ts'
import { asModel, outputOf, type ModelParts } from './model.ts'
import { readingsContent, readingsFrom } from './readings.ts'
import { recurrentSynonyms } from './recurrent-synonyms.ts'
import { embeddingSize } from './sequence-layers.ts'
import { symbolsContent, writtenVocabulary, type Writing } from './writing.ts'
import { stepping } from './stepping.ts'

/** What a captioner is shown: a list of numbers, a picture's rows, or values by the names of columns. */
export type OneSight = Row | Tensor | RowValues

/** A model that writes about what it is shown at once. */
export interface Captioner extends Writing, CaptionReadings {
  /** What tells a captioner from other models, here and in its file. */
  readonly kind: 'captioner'
  /** Symbols of the longest that it learnt, its end counted. */
  readonly longestLearnt: number
}

/** How a captioner takes in what it is shown, and the recurrence that writes. */
export interface CaptionerOptions extends EncoderOptions {
  /** The cell of every recurrent layer: `lstm`, `gru`, or one of your own by `defineCell`. */
  readonly cell: Cell
  /** Width of the states; an array gives each layer its own. */
  readonly hidden: number | readonly number[]
  /** Recurrent layers; 1, or as many as `hidden` has widths. */
  readonly layers?: number
  /** Width of the vectors that stand for symbols; that of the first layer. */
  readonly embedding?: number
  /** Rate of dropout behind each layer of the encoder, on what enters each recurrent one and the output; 0. */
  readonly dropout?: number
  /** The share of each target that is spread over all symbols (Szegedy et al. 2016); 0. */
  readonly labelSmoothing?: number
  /** Seed of the first values, a whole number from 0 and below 2³²; 0. */
  readonly seed?: number
}

const names = ['cell', 'hidden', 'layers', ...encoderNames, 'embedding', 'dropout', 'labelSmoothing', 'seed']
const synonyms = { ...recurrentSynonyms, label_smoothing: 'labelSmoothing' }

/**
 * The topology one to many: what is shown at once, a vector or a picture, starts the state and is offered at every step, and symbol by
 * symbol something is written about it (Vinyals et al. 2015, arXiv:1411.4555). Linear layers where an `encoder` is wanted, an
 * embedding of what was written so far, recurrent layers that begin from tanh(W @ shown + b), a linear layer and a softmax over the
 * vocabulary.
 *
 * @throws UnrolledError `data` for data that `captions` did not make, `option` for wrong options.
 */
export function captioner(data: Captions, options: CaptionerOptions): Captioner {
  checkNames('captioner', options, names, synonyms)
  if (!data?.input || typeof data.targetVocabulary?.encode !== 'function') {
    throw new UnrolledError('data', 'captioner: it is made for captions: captions(table, { x, caption })')
  }
  const { labelSmoothing } = options
  const seed = checkNumber('captioner', 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const layer = layersOf(data, options)
  const loss = crossEntropy(labelSmoothing === undefined ? {} : { labelSmoothing })
  const parameters = initialise(layer.declared, seed)
  return made({ layer, loss, seed, parameters, record: {} }, data, data.longest)
}

function layersOf({ input, targetVocabulary }: Captions, options: CaptionerOptions): Layer {
  const { dropout: rate = 0 } = options
  const size = embeddingSize('captioner', options)
  const dropped = (name: string): Record<string, OpenLayer> => (rate > 0 ? { [name]: dropout({ rate }) } : {})
  // What is shown is a second sequence of one step: it is read once, and what follows from it alone stays while the steps are made.
  const read = chain({
    shown: last({ size: input.port.columns, axis: 'source' }),
    ...encoding('captioner', options),
  })
  const write = chain({
    embedding: embedding({ symbols: targetVocabulary.size, size }),
    ...dropped('dropoutIn'),
    core: decoder({ ...stepping(options), start: outputOf(read).columns, offersStart: true }),
    ...dropped('dropoutOut'),
    output: linear({ output: targetVocabulary.size }),
  })
  return encoderDecoder({ encoder: read, decoder: write })
}

type Parts = Omit<ModelParts, 'kind'>

const made = (parts: Parts, { input, roles, targetVocabulary }: CaptionReadings, longestLearnt: number): Captioner =>
  asModel({
    kind: 'captioner' as const,
    ...parts,
    input,
    roles,
    targetVocabulary,
    vocabularies: { x: targetVocabulary, targets: targetVocabulary },
    alignment: undefined,
    longestLearnt,
    longest: () => 2 * longestLearnt,
    read(given: unknown, owner: string) {
      const { questions, one } = asked(given, { input, roles }, owner)
      return { sources: questions.map(({ x }) => x), one }
    },
    content: () => ({
      ...readingsContent({ input, roles }),
      target: symbolsContent(targetVocabulary),
      longest: longestLearnt,
    }),
  })

/** A captioner as its file tells of it; layers must fit how it reads and what it writes. */
export function captionerFrom(parts: Parts, entry: Entry): Captioner {
  const targetVocabulary: Vocabulary = writtenVocabulary(parts.layer, entry)
  const longest = entry('longest', (text) => {
    if (Number.isSafeInteger(Number(text)) && Number(text) > 0) return Number(text)
    throw new Error(`it is ${text}; it must be a whole number from 1`)
  })
  return made(parts, { ...readingsFrom(parts.layer, entry, 'source'), targetVocabulary }, longest)
}
