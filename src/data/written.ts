import { UnrolledError } from '../error.ts'
import { checkBoolean, checkNames, shown, wrongOption } from '../options.ts'
import { extentOf, type LabelledSequence } from './labelled-sequence.ts'
import { checkWhole } from './text.ts'
import { isUnits, type Units } from './units.ts'
import { cutBy } from './vocabulary-options.ts'
import { buildVocabulary, lineEnd, type Vocabulary } from './vocabulary.ts'

/** Symbols in a row: a string, which is cut into its characters, words or tokens; or a list of tokens. */
export type Written = string | readonly string[]

/** How one side of pairs, or what is written, is read. */
export interface SideOptions {
  /** What strings are cut into; `characters`. Lists are tokens. See `text` for words and subwords. */
  readonly units?: Units
  /** Symbols met less often become `<unk>`; 1, of words 2; subwords met less often are left in smaller pieces, 2. */
  readonly minCount?: number
  /** The most symbols to tell apart, `<unk>` included, of subwords 4,000; or a vocabulary that there is already. */
  readonly vocabulary?: number | Vocabulary
  /** Whether characters and tokens that come later are read as `<unk>`, which is never written; false, they are errors. Words always are. */
  readonly ignoreUnknown?: boolean
}

/** Whether it is symbols, not numbers. */
export const isWritten = (given: unknown): given is Written =>
  typeof given === 'string' || (Array.isArray(given) && (given.length === 0 || typeof given[0] === 'string'))

export const sideNames = ['units', 'minCount', 'vocabulary', 'ignoreUnknown'] as const
export const sideSynonyms = { vocab: 'vocabulary', symbols: 'vocabulary', unit: 'units', level: 'units' }

/** Sequences of symbols beside each other: one side of pairs, what is written about pictures. */
export class Side {
  readonly owner: string
  readonly #name: string
  readonly #place: (index: number) => string
  /** Whether they are lists of tokens. */
  readonly #lists: boolean
  readonly texts: readonly string[]

  /** `name` is what one of them is called, `place` tells where it stands, and `owner` is what errors about all begin with. */
  constructor(owner: string, name: string, given: readonly unknown[], place: (index: number) => string) {
    this.owner = owner
    this.#name = name
    this.#place = place
    this.#lists = typeof given[0] !== 'string'
    this.texts = given.map((one, i) => this.#text(one, i))
  }

  /** A vocabulary by the options of this side, made of the texts of some. */
  vocabulary(options: SideOptions, sides: readonly Side[] = [this]): Vocabulary {
    const owner = `${this.owner}: ${this.#name}`
    checkNames(owner, options, sideNames, sideSynonyms)
    const given = typeof options.vocabulary === 'object' ? options.vocabulary : undefined
    const units = options.units ?? given?.units ?? (this.#lists ? 'tokens' : 'characters')
    if (!isUnits(units)) throw wrongOption(owner, 'units', units, "'characters', 'words', 'subwords' or 'tokens'")
    if (this.#lists && units !== 'tokens') throw wrongOption(owner, 'units', units, "'tokens', which lists are of")
    if (given && given.units !== units)
      throw wrongOption(owner, 'units', units, `'${given.units}', as the vocabulary's`)
    if (given && options.minCount !== undefined) {
      throw new UnrolledError('option', `${owner}: minCount is for making a vocabulary; one is given already`)
    }
    if (given) return given
    const texts = sides.flatMap(({ texts }) => texts)
    const unknown = checkBoolean(owner, 'ignoreUnknown', options.ignoreUnknown ?? false)
    return buildVocabulary(texts, units, {
      ...cutBy(owner, options, units),
      boundary: lineEnd,
      ...(unknown && { unknown }),
    })
  }

  encode(index: number, vocabulary: Vocabulary): Int32Array {
    return vocabulary.encode(this.texts[index]!, this.#where(index))
  }

  #where(index: number): string {
    return `${this.#place(index)}: the ${this.#name}`
  }

  #text(given: unknown, index: number): string {
    const name = this.#name
    const wrong = (what: string): UnrolledError => new UnrolledError('data', `${this.#place(index)} ${what}`)
    if (!isWritten(given)) throw wrong(`has a ${name} ${shown(given)}; it must be a string, or a list of strings`)
    if ((typeof given !== 'string') !== this.#lists) {
      throw wrong(`has a ${name} that is ${this.#lists ? 'a string' : 'a list'}, unlike the first`)
    }
    if (typeof given === 'string') {
      checkWhole(this.#where(index), given)
      if (given.includes(lineEnd)) throw wrong(`has a line's end inside its ${name}, which stands for its boundary`)
      return given
    }
    const odd = given.findIndex((token: unknown) => typeof token !== 'string' || !/^\S+$/.test(token))
    if (odd >= 0)
      throw wrong(`has as token ${odd} of its ${name} ${shown(given[odd])}; it must be a string without blanks`)
    return given.join(' ')
  }
}

/** What is to be written of some sources; `source` gives what belongs to each. */
export function writtenFacts(
  side: Side,
  target: Vocabulary,
  source: (index: number) => Omit<LabelledSequence, 'x' | 'target'>,
) {
  const { boundary, units } = target
  if (boundary === undefined) {
    throw new UnrolledError(
      'data',
      `${side.owner}: the vocabulary of what is written has no symbol that begins and ends it`,
    )
  }
  const items = side.texts.map((_, i): LabelledSequence => {
    const ids = side.encode(i, target)
    const all = new Float32Array(ids.length + 2).fill(boundary)
    all.set(ids, 1)
    return { ...source(i), x: all.subarray(0, -1), target: all.subarray(1) }
  })
  return {
    items,
    columns: 1,
    targetColumns: 1,
    targets: 'each step' as const,
    ...extentOf(items),
    units,
    vocabulary: target,
    targetVocabulary: target,
  }
}
