import { vocabularyFrom, type Rows, type Vocabulary } from '../data/index.ts'
import type { Json, Layer } from '../layers/index.ts'
import type { Entry } from './entry.ts'
import { outputOf, type Model } from './model.ts'

/**
 * A model that writes one symbol after another about its input `source`; `predict` looks for what it would most likely write. A model
 * of one's own is such by having these.
 */
export interface Writing extends Model {
  /** Its boundary begins and ends what is written. */
  readonly targetVocabulary: Vocabulary
  /** Of sources that are symbols; others are rows of numbers. */
  readonly sourceVocabulary?: Vocabulary
  /** The tap of its layer that shows what a step looks at, where that is offered; undefined where no step looks anywhere. */
  readonly alignment: string | undefined
  /** Most symbols of what is written about a source of so many steps, where nobody says otherwise; three for each step, and 20 more. */
  longest?(steps: number): number
  /**
   * Reads what it is asked about by itself, where that is no source as it goes in; `owner` is who asks, `predict` or `open`.
   * @throws UnrolledError `data` for what it cannot read, with its place.
   */
  read?(given: unknown, owner: string): GivenSources
}

/** What a model is asked about. */
export interface GivenSources {
  /** Each as the model reads it. */
  readonly sources: readonly Rows[]
  /** The same as text, of sources that are symbols. */
  readonly texts?: readonly string[]
  /** Whether it is one, not a list of one. */
  readonly one: boolean
}

/** Whether a model writes symbols. */
export const isWriting = (model: Model): model is Writing =>
  typeof (model as Partial<Writing> | undefined)?.targetVocabulary?.boundary === 'number' && 'alignment' in model

/** A vocabulary for a model's file. */
export const symbolsContent = ({ units, symbols, boundary }: Vocabulary): Json => ({
  units,
  symbols,
  ...(boundary !== undefined && { boundary }),
})

/** The vocabulary of what a model writes, as its file tells of it; the layers must read a source, and take and give its symbols. */
export const writtenVocabulary = (layer: Layer, entry: Entry): Vocabulary =>
  entry('target', (json) => {
    const { source, x } = layer.inputs
    const { columns, axes } = outputOf(layer)
    if (!source?.axes.includes('source') || x?.symbols === undefined) {
      throw new Error('its layers take no source and symbols x')
    }
    const vocabulary = vocabularyFrom(json, x.symbols)
    const fits = vocabulary.size === x.symbols && vocabulary.size === columns && axes.includes('time')
    if (!fits)
      throw new Error(`it has ${vocabulary.size} symbols; the layers take ${x.symbols} and give ${columns} columns`)
    if (vocabulary.boundary === undefined) throw new Error('it has no symbol that begins and ends targets')
    return vocabulary
  })
