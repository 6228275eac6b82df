import { UnrolledError } from '../../error.ts'
import { shown, type Json } from '../../options.ts'
import { unknownSymbol } from '../units.ts'
import { vocabularyOf, type Vocabulary } from '../vocabulary.ts'
import type { InputCoding } from './input-coding.ts'

/** Sentences as the numbers of their words and of the characters in each. */
export interface TokenCoding extends InputCoding {
  /** What tells it from other codings. */
  readonly kind: 'tokens'
  /** The words that have a number of their own; `<unk>` is all others. */
  readonly words: Vocabulary
  /** The characters that have a number of their own; `<unk>` is all others. */
  readonly characters: Vocabulary
  /** How many numbers characters have: those of the vocabulary, and one for places with none. */
  readonly letters: number
  /** Places for a word's characters: one before it and one behind at least. Of longer words the middle is left out. */
  readonly places: number
}

const places = 18

/** Words and characters by number; both have an `<unk>` for all others. */
export function tokenCoding(words: Vocabulary, characters: Vocabulary): TokenCoding {
  const numbers = new Map(words.symbols.map((word, number) => [word, number]))
  const letters = new Map(characters.symbols.map((letter, number) => [letter, number]))
  const [unknownWord, unknownLetter] = [words.unknown!, characters.unknown!]
  const half = (places - 2) / 2
  const rows = (tokens: readonly string[]): Float32Array => {
    const data = new Float32Array((1 + places) * tokens.length).fill(characters.size)
    tokens.forEach((token, i) => {
      const all = [...token]
      const kept = all.length <= 2 * half ? all : [...all.slice(0, half), ...all.slice(-half)]
      const row = i * (1 + places)
      data[row] = numbers.get(token) ?? unknownWord
      kept.forEach((letter, at) => (data[row + 2 + at] = letters.get(letter) ?? unknownLetter))
    })
    return data
  }
  return {
    kind: 'tokens',
    words,
    characters,
    letters: characters.size + 1,
    places,
    port: { kind: 'vector', columns: 1 + places, axes: ['time', 'batch'] },
    shows: true,
    isOne: (value) => Array.isArray(value) && !Array.isArray(value[0]),
    rows(value, place) {
      const tokens = tokensIn(value, place())
      return { shape: [tokens.length, 1 + places], data: rows(tokens) }
    },
    step: (value, place) => rows(tokensIn([value], place())),
    content: () => ({ kind: 'tokens', words: words.symbols, characters: characters.symbols }),
  }
}

function tokensIn(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value)) throw new UnrolledError('data', `${place}: a list of words is needed, not ${shown(value)}`)
  if (value.length === 0) throw new UnrolledError('data', `${place}: there is no word`)
  const wrong = value.findIndex((token: unknown) => typeof token !== 'string' || token === '')
  if (wrong < 0) return value as string[]
  throw new UnrolledError('data', `${place}: word ${wrong} is ${shown(value[wrong])}; it must be a string with letters`)
}

/** The coding of some sentences: words met less often are left to `<unk>`. */
export function tokenCodingOf(
  sentences: readonly unknown[],
  minCount: number,
  place: (index: number) => string,
): TokenCoding {
  const counts = new Map<string, number>()
  const letters = new Set<string>()
  sentences.forEach((sentence, i) => {
    for (const token of tokensIn(sentence, place(i))) {
      counts.set(token, (counts.get(token) ?? 0) + 1)
      for (const letter of token) letters.add(letter)
    }
  })
  const frequent = [...counts]
    .filter(([word, count]) => count >= minCount && word !== unknownSymbol)
    .map(([word]) => word)
  return tokenCoding(
    vocabularyOf([unknownSymbol, ...frequent.sort()], 'words'),
    vocabularyOf([unknownSymbol, ...[...letters].sort()], 'characters'),
  )
}

export function tokenCodingFrom({ words, characters }: Readonly<Record<string, Json>>): TokenCoding {
  const [known, letters] = [
    vocabularyOf(words as string[], 'words'),
    vocabularyOf(characters as string[], 'characters'),
  ]
  if (known.unknown === undefined || letters.unknown === undefined)
    throw new Error('its words or characters have no <unk>')
  return tokenCoding(known, letters)
}
