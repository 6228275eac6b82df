import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber, wrongOption } from '../options.ts'
import { checksum, checksumText } from './checksum.ts'
import type { DataSet } from './data-set.ts'
import { streams, wholeStreams } from './streams.ts'
import { isTextUnits, tokens, type TextUnits, type Units } from './units.ts'
import { cutBy } from './vocabulary-options.ts'
import { buildVocabulary, type Vocabulary } from './vocabulary.ts'

/** A text as data: cut into symbols, and numbered by a vocabulary. At each step the next symbol is to be predicted. */
export interface Text extends DataSet {
  /** What tells a text from other data. */
  readonly kind: 'text'
  /** The text, without what was left out of it. */
  readonly string: string
  /** What it is cut into, those of the vocabulary. */
  readonly units: Units
  /** Its symbols by number: made of it, or given. */
  readonly vocabulary: Vocabulary
  /** The numbers of its symbols. */
  readonly ids: Int32Array
  /** How many of the given string's characters are not in it, because the vocabulary lacks them; see `TextOptions.unknown`. */
  readonly leftOut: number
  /** The text in two parts, the second with the given share of it (0 to 1), numbered alike. */
  split(share: number): readonly [Text, Text]
}

/** What `text` and `lines` cut a string into, and which symbols they tell apart. */
export interface TextOptions {
  /**
   * What it is cut into; `characters`. Words are runs of letters and digits, each other sign, each blank; subwords are pieces of words,
   * of which the frequent ones stay whole (byte-pair encoding, Sennrich et al. 2016, made of the text).
   */
  readonly units?: TextUnits
  /** Symbols met less often become `<unk>`; 1 for characters, 2 for words and for subwords, which are left in smaller pieces. */
  readonly minCount?: number
  /** The most symbols to tell apart, `<unk>` included, of subwords 4,000; or the vocabulary of another text or of a model. */
  readonly vocabulary?: number | Vocabulary
  /** What becomes of characters that a given vocabulary neither has nor leaves to an `<unk>`: an error, or they are left out; an error. */
  readonly unknown?: 'error' | 'skip'
}

/**
 * Makes a data set of a string.
 * @throws UnrolledError `data` for a text too short to predict anything, half a surrogate pair, or a symbol that a given vocabulary lacks;
 * `option` for wrong options.
 */
export function text(string: string, options: TextOptions = {}): Text {
  checkTextOptions('text', options)
  if (typeof string !== 'string') throw new UnrolledError('data', `text: a string is needed, not ${typeof string}`)
  if (string === '') throw tooShort(0, 'characters')
  checkWhole('text', string)
  const vocabulary = vocabularyFor('text', string, options)
  const { kept, leftOut } = knownPart('text', string, vocabulary, options)
  return textOf(kept, vocabulary, leftOut)
}

/** Holds the names of options against those of a text. `owner` is what takes them. */
export function checkTextOptions(owner: string, options: TextOptions): void {
  checkNames(owner, options, ['units', 'minCount', 'vocabulary', 'unknown'], {
    unit: 'units',
    level: 'units',
    min_count: 'minCount',
    minFrequency: 'minCount',
    vocabularySize: 'vocabulary',
    vocab: 'vocabulary',
  })
}

/** Refuses half a surrogate pair. */
export function checkWhole(owner: string, string: string): void {
  const half = /\p{Surrogate}/u.exec(string)
  if (!half) return
  const place = `at index ${half.index} stands half a surrogate pair`
  throw new UnrolledError('data', `${owner}: ${place}, which is no character`)
}

/** The vocabulary given, or one made of the string; there, `boundary` is a symbol that begins and ends lines. */
export function vocabularyFor(owner: string, string: string, options: TextOptions, boundary?: string): Vocabulary {
  const given = typeof options.vocabulary === 'object' ? options.vocabulary : undefined
  const units = options.units ?? given?.units ?? 'characters'
  if (!isTextUnits(units)) throw wrongOption(owner, 'units', units, "'characters', 'words' or 'subwords'")
  if (given && given.units !== units) throw wrongOption(owner, 'units', units, `'${given.units}', as the vocabulary's`)
  if (given && options.minCount !== undefined) {
    throw new UnrolledError('option', `${owner}: minCount is for making a vocabulary; one is given already`)
  }
  return given ?? buildVocabulary([string], units, { ...cutBy(owner, options, units), ...(boundary && { boundary }) })
}

/** A string without the characters that are to be left out, and how many those are. */
export function knownPart(
  owner: string,
  string: string,
  vocabulary: Vocabulary,
  { unknown = 'error' }: TextOptions,
): { readonly kept: string; readonly leftOut: number } {
  if (unknown !== 'error' && unknown !== 'skip') throw wrongOption(owner, 'unknown', unknown, "'error' or 'skip'")
  if (unknown === 'error' || vocabulary.units === 'words' || vocabulary.unknown !== undefined) {
    return { kept: string, leftOut: 0 }
  }
  const known = new Set(vocabulary.symbols)
  const kept: string[] = []
  let leftOut = 0
  let from = 0
  let at = 0
  for (const character of string) {
    const end = at + character.length
    if (!known.has(character)) {
      kept.push(string.slice(from, at))
      from = end
      leftOut++
    }
    at = end
  }
  return { kept: kept.join('') + string.slice(from), leftOut }
}

/** At least one symbol to see and one to predict. */
const shortest = 2

function textOf(string: string, vocabulary: Vocabulary, leftOut: number, ids = vocabulary.encode(string)): Text {
  const { units } = vocabulary
  if (ids.length < shortest) throw tooShort(ids.length, units, leftOut)
  const bytes = new TextEncoder().encode(string)
  const hash = `${checksumText(checksum(bytes))}-${bytes.length}`
  const symbols = {
    kind: 'symbols',
    columns: 1,
    axes: ['time', 'batch'],
    symbols: vocabulary.size,
    vocabulary,
  } as const
  const split = (share: number): readonly [Text, Text] => splitText(string, vocabulary, ids, share)
  return {
    kind: 'text',
    string,
    units,
    vocabulary,
    ids,
    hash,
    leftOut,
    count: 1,
    longest: ids.length - 1,
    ports: { x: symbols, targets: symbols },
    usual: { batch: 50, unroll: 50 },
    split,
    parts({ batch, every, validation, limit }) {
      const [first, kept] = validation > 0 ? split(validation) : [undefined]
      const { ids: seen, hash: known } = first ?? { ids, hash }
      return {
        training: { ...streams(seen, { batch, time: every, units }), isOf: (stored) => stored === known },
        ...(kept && { validation: kept.whole({ batch, limit }) }),
      }
    },
    whole({ batch, limit } = {}) {
      if (limit === undefined)
        return wholeStreams(ids, batch ?? Math.min(32, Math.max(1, Math.floor((ids.length - 1) / 4096))))
      const side = Math.max(1, Math.min(batch ?? 50, Math.floor(ids.length / 64)))
      return streams(ids, { batch: side, time: 1, units, most: Math.max(1, Math.floor(limit / side)) })
    },
  }
}

/** A text in two parts, the second with the given share of it. */
function splitText(string: string, vocabulary: Vocabulary, ids: Int32Array, share: number): readonly [Text, Text] {
  const { units } = vocabulary
  checkNumber('split', 'share', share, { above: 0, below: 1 })
  const first = Math.round(ids.length * (1 - share))
  if (first < shortest || ids.length - first < shortest) {
    const parts = `${first} and ${ids.length - first}`
    throw new UnrolledError(
      'data',
      `the text has ${ids.length} ${units}; split, its parts would have ${parts}, too few`,
    )
  }
  const at = lengthOf(string, vocabulary, ids.subarray(0, first))
  return [
    textOf(string.slice(0, at), vocabulary, 0, ids.subarray(0, first)),
    textOf(string.slice(at), vocabulary, 0, ids.subarray(first)),
  ]
}

function tooShort(count: number, units: Units, leftOut = 0): UnrolledError {
  const found =
    leftOut > 0
      ? `of the text's ${count + leftOut} ${units} the vocabulary has ${count}`
      : count === 0
        ? 'the text is empty'
        : `the text has ${count} of its ${units}`
  return new UnrolledError('data', `${found}; to see one and predict the next, at least ${shortest} are needed`)
}

/** The length of the first symbols as a string. */
function lengthOf(string: string, { units, symbols, unknown }: Vocabulary, ids: Int32Array): number {
  let length = 0
  if (units === 'subwords') {
    // What is not known is one character.
    for (const id of ids) length += id === unknown ? charactersAt(string, length) : symbols[id]!.length
    return length
  }
  let count = ids.length
  for (const token of tokens(string, units)) {
    if (count-- === 0) break
    length += token.length
  }
  return length
}

const charactersAt = (string: string, at: number): number => String.fromCodePoint(string.codePointAt(at)!).length
