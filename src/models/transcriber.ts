import { vocabularyFrom, type Row, type Transcribed, type TranscribedReadings } from '../data/index.ts'
import { chain, dropout, initialise, linear } from '../layers/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import type { Entry } from './entry.ts'
import { ctc, usualBeam } from './losses/index.ts'
import { asModel, outputOf, type ModelParts } from './model.ts'
import { readingsContent, readingsFrom } from './readings.ts'
import type { TranscriptReport } from './reports/transcripts.ts'
import { notLabelled, reading, readingNames, readingSynonyms, type ReadingOptions } from './sequence-layers.ts'
import type { Judged, OneSequence, SearchOptions, Speaking } from './speaking.ts'
import { symbolsContent } from './writing.ts'

/** A symbol, and the frames at which it is said. */
export interface Said {
  /** One of those of the model's `targetVocabulary`. */
  readonly symbol: string
  /** The frame it begins with on the likeliest way, counted from 0. */
  readonly from: number
  /** The frame before which it ends. */
  readonly to: number
}

/** What a transcriber hears. */
export interface Transcript {
  /** The likeliest that was found. */
  readonly text: string
  /** Its log probability in nats, over all ways to say it along the frames. */
  readonly score: number
  /** Its symbols, and where each lies along the frames. */
  readonly symbols: readonly Said[]
  /** What else was found, the likeliest first. */
  readonly alternatives: readonly { readonly text: string; readonly score: number }[]
}

/** A model of what is said along frames, without knowing where. */
export interface Transcriber
  extends
    Speaking<Transcript, OneSequence>,
    Judged<TranscriptReport>,
    Omit<TranscribedReadings, 'labels' | 'measures'> {
  /** What tells a transcriber from other models, here and in its file. */
  readonly kind: 'transcriber'
}

/** How a transcriber reads frames, and how widely it searches. */
export interface TranscriberOptions extends ReadingOptions {
  /** Label sequences that are followed where none is said: 1 is greedy; 16, see `ctc`. */
  readonly beam?: number
}

/**
 * The topology many to many without alignment: what is said along the frames of a sequence, in its order, shorter than they are and
 * nobody says where. Recurrent layers, both ways unless told otherwise, and at each frame a symbol or the blank (connectionist temporal
 * classification, Graves et al. 2006).
 *
 * @throws UnrolledError `data` for data that `transcribed` did not make, `option` for wrong options.
 */
export function transcriber(data: Transcribed, options: TranscriberOptions): Transcriber {
  checkNames('transcriber', options, [...readingNames, 'beam'], readingSynonyms)
  if (!data?.input || !data.targetVocabulary || !data.room) {
    throw notLabelled('transcriber', 'what is said along frames', 'transcribed')
  }
  const { dropout: rate = 0, beam } = options
  const seed = checkNumber('transcriber', 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const { size } = data.targetVocabulary
  const loss = ctc({ longest: data.room, blank: size, ...(beam !== undefined && { beam }) })
  const layer = chain({
    ...reading('transcriber', data.input, { bidirectional: true, ...options }),
    ...(rate > 0 && { dropoutOut: dropout({ rate }) }),
    output: linear({ output: size + 1 }),
  })
  return made({ layer, loss, seed, parameters: initialise(layer.declared, seed), record: {} }, data)
}

type Parts = Omit<ModelParts, 'kind'>

function made(
  parts: Parts,
  { input, roles, targetVocabulary, room }: Omit<TranscribedReadings, 'labels'>,
): Transcriber {
  const symbolsOf = (ids: readonly number[]): string[] => ids.map((id) => targetVocabulary.symbols[id]!)
  const model: Transcriber = asModel({
    kind: 'transcriber' as const,
    ...parts,
    input,
    roles,
    targetVocabulary,
    room,
    searches: true,
    remembers: true,
    async say(rows: readonly Row[], _?: OneSequence, { beam = beamOf(parts), best = beam }: SearchOptions = {}) {
      const { labellings } = await parts.loss.decodeSequence!(rows, {}, { beam, best, spans: true })
      const [{ labels, spans }] = labellings as readonly [(typeof labellings)[number]]
      const found = labellings.map(({ labels, logProbability }) => ({
        text: targetVocabulary.decode(labels),
        score: logProbability,
      }))
      return {
        ...found[0]!,
        symbols: symbolsOf(labels).map((symbol, i): Said => ({ symbol, from: spans![i]![0], to: spans![i]![1] })),
        alternatives: found.slice(1),
      }
    },
    async judge() {
      const { transcriptJudge } = await import('./reports/transcripts.ts')
      return transcriptJudge(targetVocabulary)
    },
    content: () => ({
      ...readingsContent({ input, roles }),
      target: symbolsContent(targetVocabulary),
      room,
    }),
  })
  return model
}

const beamOf = ({ loss }: Parts): number => Number(loss.options['beam'] ?? usualBeam)

/** A transcriber as its file tells of it: its output has a column for each symbol and one for the blank. */
export function transcriberFrom(parts: Parts, entry: Entry): Transcriber {
  const { columns } = outputOf(parts.layer)
  const targetVocabulary = entry('target', (json) => {
    const vocabulary = vocabularyFrom(json, columns)
    if (vocabulary.size + 1 === columns) return vocabulary
    throw new Error(`it has ${vocabulary.size} symbols; the layers give ${columns} columns, the blank's among them`)
  })
  const room = entry('room', (json) => {
    const { loss } = parts
    const given = Number(json)
    const fits = loss.options['longest'] === given && loss.options['blank'] === targetVocabulary.size
    if (fits && loss.decodeSequence) return given
    throw new Error(`it is ${json}; the loss ${loss.name} is of other targets`)
  })
  return made(parts, { ...readingsFrom(parts.layer, entry), targetVocabulary, room })
}
