import { UnrolledError } from '../error.ts'
import { bytePairs } from './byte-pairs.ts'
import { encodings } from './encodings.ts'
import { tokens, unknownSymbol, type Units } from './units.ts'

/** The symbols a model knows and their numbers. A value: the same symbols make the same vocabulary. */
export interface Vocabulary {
  /** What its symbols are, and texts are cut into. */
  readonly units: Units
  /** By number. `<unk>`, where there is one, stands for every other symbol. */
  readonly symbols: readonly string[]
  /** How many symbols there are, numbered from 0. */
  readonly size: number
  /** The number of `<unk>`; undefined where there is none. */
  readonly unknown: number | undefined
  /** The number of the symbol that begins and ends each line, of a vocabulary made of lines. */
  readonly boundary: number | undefined
  /** The numbers of a text's symbols. What is neither known nor left to an `<unk>` is an error, code `data`; `from` names the text. */
  encode(text: string, from?: string): Int32Array
  /** The text that numbers stand for, of tokens with blanks between. A number that no symbol has is an error, code `data`. */
  decode(ids: ArrayLike<number>): string
}

/** Whether two vocabularies number the same symbols alike. */
export const sameVocabulary = (one: Vocabulary, other: Vocabulary): boolean =>
  one === other ||
  (one.units === other.units &&
    one.boundary === other.boundary &&
    one.size === other.size &&
    one.symbols.every((symbol, id) => symbol === other.symbols[id]))

/** What is kept of a text's symbols. */
export interface VocabularyCut {
  /** Symbols met less often are left out. */
  readonly minCount: number
  /** The most symbols there may be, `<unk>` included; the least frequent are left out. */
  readonly largest: number
  /** Whether there is an `<unk>` in any case. */
  readonly unknown?: boolean
  /** A symbol that begins and ends lines, which is kept in any case. */
  readonly boundary?: string
}

/** What begins and ends a line. */
export const lineEnd = '\n'

/** Numbers above this are not whole in float32, in which programs are given them. */
const most = 2 ** 24

/** A vocabulary of given symbols, as a model file holds them; `boundary` is the number of the one that begins and ends lines. */
export function vocabularyOf(symbols: readonly string[], units: Units, boundary?: number): Vocabulary {
  const numbers = new Map<string, number>()
  if (!Array.isArray(symbols) || symbols.length === 0 || symbols.length > most) {
    throw new UnrolledError('data', `a vocabulary is a list of 1 to ${most} symbols`)
  }
  symbols.forEach((symbol: unknown, id) => {
    const right = typeof symbol === 'string' && symbol !== '' && (fits[units](symbol) || id === boundary)
    if (!right) throw new UnrolledError('data', `symbol ${id} of the vocabulary is not one of the ${units}`)
    if (numbers.has(symbol))
      throw new UnrolledError('data', `symbol ${id} of the vocabulary, ${JSON.stringify(symbol)}, is there twice`)
    numbers.set(symbol, id)
  })
  if (boundary !== undefined && symbols[boundary] !== lineEnd) {
    throw new UnrolledError('data', `symbol ${boundary} of the vocabulary, which is to end lines, is not a line's end`)
  }
  const unknown = numbers.get(unknownSymbol)
  const written = symbols.map((symbol) => (symbol === unknownSymbol ? unknownText[units] : symbol))
  numbers.delete(unknownSymbol)
  const encode = encodings[units](numbers, unknown)

  return {
    units,
    symbols: [...symbols],
    size: symbols.length,
    unknown,
    boundary,
    encode: (text, from = 'the text') => encode(text, from),
    decode(ids) {
      let text = ''
      const between = units === 'tokens' ? ' ' : ''
      for (let i = 0; i < ids.length; i++) {
        const symbol = written[ids[i]!]
        if (symbol === undefined)
          throw new UnrolledError('data', `there is no symbol ${ids[i]}; the vocabulary has ${symbols.length}`)
        text += i === 0 ? symbol : between + symbol
      }
      return text
    },
  }
}

/**
 * The vocabulary of texts, its symbols in the order of their code units. Words and subwords always have an `<unk>`, so that a
 * prompt may hold any; characters and tokens have one where some are left out. Subwords are all characters, then pieces in the order
 * in which byte-pair encoding puts them together.
 */
export function buildVocabulary(texts: readonly string[], units: Units, cut: VocabularyCut): Vocabulary {
  const { minCount, largest, boundary } = cut
  if (units !== 'subwords') return numbered(keptOf(texts, units, cut), units, boundary)
  const symbols = keptOf(texts, 'characters', { ...cut, minCount: 1, unknown: true })
  const letters = symbols.filter((symbol) => symbol !== unknownSymbol && symbol !== boundary)
  const pieces = bytePairs(texts, letters, { minCount, largest: largest - symbols.length + letters.length })
  return numbered([...symbols, ...pieces], units, boundary)
}

const numbered = (symbols: readonly string[], units: Units, boundary: string | undefined): Vocabulary =>
  vocabularyOf(symbols, units, boundary === undefined ? undefined : symbols.indexOf(boundary))

/** Symbols that are kept of texts. */
function keptOf(
  texts: readonly string[],
  units: Exclude<Units, 'subwords'>,
  { minCount, largest, boundary, unknown = units === 'words' }: VocabularyCut,
): string[] {
  const counts = countsOf(texts, units)
  for (const token of writtenUnknown) counts.delete(token)
  if (boundary !== undefined) counts.delete(boundary)
  const always = boundary === undefined ? [] : [boundary]
  const frequent = [...counts].filter(([, count]) => count >= minCount)
  const whole = !unknown && frequent.length === counts.size && frequent.length + always.length <= largest
  if (whole) return [...frequent.map(([symbol]) => symbol), ...always].sort()
  frequent.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
  const kept = frequent.slice(0, Math.max(largest - 1 - always.length, 0)).map(([symbol]) => symbol)
  if (kept.length === 0) {
    throw new UnrolledError(
      'data',
      `none of the ${units} is met ${minCount} times; take a longer text or a smaller minCount`,
    )
  }
  return [unknownSymbol, ...[...kept, ...always].sort()]
}

function countsOf(texts: readonly string[], units: Exclude<Units, 'subwords'>): Map<string, number> {
  const counts = new Map<string, number>()
  const count = (token: string, times: number): void => void counts.set(token, (counts.get(token) ?? 0) + times)
  if (units !== 'characters') {
    for (const text of texts) for (const token of tokens(text, units)) count(token, 1)
    return counts
  }
  const single = new Float64Array(0x10000)
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      const character = unit >= 0xd800 && unit < 0xdc00 ? String.fromCodePoint(text.codePointAt(at)!) : ''
      if (character.length === 2) {
        count(character, 1)
        at++
      } else single[unit]!++
    }
  }
  single.forEach((times, unit) => {
    if (times > 0) count(String.fromCharCode(unit), times)
  })
  return counts
}

/** How `<unk>` is written: encoding this gives `<unk>` again. */
const unknownText: Readonly<Record<Units, string>> = {
  characters: '\ufffd',
  subwords: '\ufffd',
  words: ` ${unknownSymbol}`,
  tokens: unknownSymbol,
}
const writtenUnknown = [unknownSymbol, ` ${unknownSymbol}`]

/** What a symbol is. */
const fits: Readonly<Record<Units, (symbol: string) => boolean>> = {
  characters: (symbol) => symbol === unknownSymbol || [...symbol].length === 1,
  words: () => true,
  subwords: () => true,
  tokens: (symbol) => !/\s/.test(symbol),
}
