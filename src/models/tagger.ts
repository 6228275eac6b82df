import type { InputCoding, Label, Labels, Readings, Row, Tagged, TokenCoding } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { chain, dropout, initialise, linear, recurrent, words, type Layer, type OpenLayer } from '../layers/index.ts'
import { checkBoolean, checkNames, checkNumber } from '../options.ts'
import { weightsOf, type ClassWeights } from './class-weights.ts'
import { encoding } from './encoding.ts'
import type { Entry } from './entry.ts'
import { crossEntropy, linearChain, type Decoded, type DecodedSequence, type Loss } from './losses/index.ts'
import { largestOf, softmax } from './losses/probabilities.ts'
import { asModel, declaredOf, lossParameters, type ModelParts } from './model.ts'
import { labelsOf, readingsContent, readingsFrom } from './readings.ts'
import type { TaggingReport } from './reports/tagging.ts'
import {
  embeddingSize,
  notLabelled,
  reading,
  readingNames,
  readingSynonyms,
  type ReadingOptions,
} from './sequence-layers.ts'
import { isValid, spanLabels } from './spans.ts'
import type { Judged, OneSentence, Speaking } from './speaking.ts'
import { validChain } from './valid-labels.ts'
import { stepping } from './stepping.ts'

/** What a tagger says of one step. */
export interface Tag<Name extends Label = Label> {
  /** The word, where steps are words. */
  readonly token?: string
  /** Its label; where labels mark spans, and with `transitions`, that of the likeliest labels as a whole. */
  readonly label: Name
  /** How likely the label is. */
  readonly probability: number
}

/** A model of what each step of a sequence is. */
export interface Tagger<Name extends Label = Label>
  extends Speaking<readonly Tag<Name>[], OneSentence>, Judged<TaggingReport<Name>> {
  /** What tells a tagger from other models, here and in its file. */
  readonly kind: 'tagger'
  /** The labels it tells apart, in the order of its scores. */
  readonly labels: Labels<Name>
  /** Whether labels mark spans (B-X, I-X, O) and all it was made for do so as they may: then only such are said. */
  readonly spans: boolean
}

/** How a tagger reads sequences, and how it judges their labels. */
export interface TaggerOptions extends ReadingOptions {
  /** Whether labels are judged as a whole, by which follows which (a linear chain), not each by itself; false. */
  readonly transitions?: boolean
  /** How much each label counts; all alike. Not with `transitions`, which judge labels together. */
  readonly classWeights?: ClassWeights
  /**
   * How much is read of the characters of words: numbers that tell of them, and the width of a character's vector, 25. Absent: a word is
   * told by its own vector alone.
   */
  readonly characters?: { readonly hidden: number; readonly size?: number }
}

/**
 * The synced topology: every step of a sequence is given a label. Words (a vector of their own, and what reading the characters
 * says) or rows of numbers, recurrent layers, both ways unless told otherwise, and a softmax over the labels of the data.
 *
 * @throws UnrolledError `data` for data without a label for each step, `option` for wrong options.
 */
export function tagger(data: Tagged, options: TaggerOptions): Tagger {
  checkNames('tagger', options, [...readingNames, 'characters', 'transitions', 'classWeights'], {
    ...readingSynonyms,
    crf: 'transitions',
  })
  if (!data?.input || !data.labels) throw notLabelled('tagger', 'a label for each step', 'tagged')
  const { dropout: rate = 0 } = options
  const seed = checkNumber('tagger', 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const layer = chain({
    ...stepsOf(data.input, { bidirectional: true, ...options }),
    ...(rate > 0 && { dropoutOut: dropout({ rate }) }),
    output: linear({ output: data.labels.names.length }),
  })
  const loss = lossOf(data, options)
  const parameters = initialise(declaredOf(layer, loss), seed)
  return made({ layer, loss, seed, parameters, record: {} }, data, data.labels, marksSpans(data))
}

function lossOf({ labels, items }: Tagged, { transitions = false, classWeights }: TaggerOptions): Loss {
  if (checkBoolean('tagger', 'transitions', transitions)) {
    if (classWeights === undefined) return linearChain()
    throw new UnrolledError(
      'option',
      'tagger: classWeights are of labels that are judged each by itself, transitions of all',
    )
  }
  return crossEntropy(classWeights === undefined ? {} : { weights: weightsOf('tagger', classWeights, labels, items) })
}

/** Whether all labels of some data mark spans as they may. */
function marksSpans({ labels: { names }, items }: Tagged): boolean {
  const spans = spanLabels(names)
  return spans !== undefined && items.every(({ target }) => isValid(spans, target as Row))
}

/** What reads the steps: of words, of numbers. */
function stepsOf(input: InputCoding, options: TaggerOptions): Record<string, Layer | OpenLayer> {
  const { characters, dropout: rate = 0 } = options
  if (!input.shows) {
    if (characters) throw new UnrolledError('option', 'tagger: characters are those of words; these steps are numbers')
    return reading('tagger', input, options)
  }
  if (characters !== undefined) checkNames('tagger: characters', characters, ['hidden', 'size'])
  const { words: known, letters, places } = input as TokenCoding
  return {
    words: words({
      symbols: known.size,
      size: embeddingSize('tagger', options),
      ...(characters ? { characters: { symbols: letters, places, ...characters } } : { beside: places }),
    }),
    ...(rate > 0 && { dropoutIn: dropout({ rate }) }),
    ...encoding('tagger', options),
    _core: recurrent(stepping(options)),
  }
}

type Parts = Omit<ModelParts, 'kind'>

function made(parts: Parts, { input, roles }: Readings, labels: Labels, spans: boolean): Tagger {
  const tagsOf = (steps: readonly Decoded[], value: OneSentence | undefined): readonly Tag[] => {
    const tokens = input.shows ? (value as readonly string[]) : undefined
    return steps.map(({ label, probabilities }, step) => {
      const token = tokens && { token: tokens[step]! }
      return { ...token, label: labels.names[label!]!, probability: probabilities![label!]! }
    })
  }
  const model: Tagger = asModel({
    kind: 'tagger' as const,
    ...parts,
    input,
    roles,
    labels,
    spans,
    // What may be said of a step depends on what is said of those before.
    remembers: spans || parts.loss.decodeSequence !== undefined,
    async say(rows: readonly Row[], value?: OneSentence) {
      return tagsOf(await said(model, rows), value)
    },
    async sayBest(rows: readonly Row[], value: OneSentence | undefined, best: number) {
      const { labellings, steps } = (await together(model))(rows, best)
      return labellings.map(({ labels, logProbability }) => ({
        said: tagsOf(
          steps!.map((step, t) => ({ ...step, label: labels[t]! })),
          value,
        ),
        score: logProbability,
      }))
    },
    async judge() {
      if (spans) return (await import('./reports/tagging.ts')).spanJudge(labels, await validly(model))
      const { classificationJudge } = await import('./reports/classification.ts')
      return classificationJudge(labels, (row) => decoded(row as Row).probabilities)
    },
    content: () => ({ ...readingsContent({ input, roles }), labels: labels.names, spans }),
  })
  return model
}

/** What the rows of a sequence say: together, where only some labels are valid or the loss judges them so; else each by itself. */
async function said(model: Tagger, rows: readonly Row[]): Promise<readonly Decoded[]> {
  if (model.spans) return (await validly(model))(rows)
  const { steps } = (await model.loss.decodeSequence?.(rows, lossParameters(model))) ?? {}
  return steps ?? rows.map(decoded)
}

/** Finds the likeliest labels of a sequence that mark spans as they may. */
async function validly(model: Tagger): Promise<(rows: readonly Row[]) => readonly Decoded[]> {
  const decode = await together(model)
  return (rows) => decode(rows, 1).steps!
}

/**
 * Finds so many of the likeliest label sequences: those that mark spans as they may, where the model says no others, by which label follows
 * which, where its loss knows that.
 */
async function together(model: Tagger): Promise<(rows: readonly Row[], best: number) => DecodedSequence> {
  const { decodeChain } = await import('./losses/chain-decoding.ts')
  const { names } = model.labels
  const spans = model.spans ? spanLabels(names)! : undefined
  const chain = validChain(spans ?? { follows: () => true }, names.length, lossParameters(model))
  return (rows, best) => {
    const found = decodeChain(rows, chain, best)
    // There may be fewer that can be than are wanted.
    const labellings = found.labellings.filter(({ labels }) => !spans || isValid(spans, labels))
    return { ...found, labellings }
  }
}

/** What a row of scores says by itself. */
function decoded(row: Row): { readonly label: number; readonly probabilities: readonly number[] } {
  const probabilities = new Float64Array(row.length)
  softmax(row, 0, row.length, probabilities)
  return { label: largestOf(row), probabilities: [...probabilities] }
}

/** A tagger as its file tells of it. */
export function taggerFrom(parts: Parts, entry: Entry): Tagger {
  const labels = labelsOf(parts.layer, entry)
  const spans = entry(
    'spans',
    (text) => {
      if (text === 'false' || (text === 'true' && spanLabels(labels.names))) return text === 'true'
      throw new Error(`it is ${text}, of the labels ${labels.names.join(', ')}`)
    },
    'false',
  )
  return made(parts, readingsFrom(parts.layer, entry), labels, spans)
}
