import { UnrolledError } from '../error.ts'
import { nearestCharacter, placeIn, shownCharacter } from './character.ts'
import { subwordRuns, tokens, type Units } from './units.ts'

type Numbers = ReadonlyMap<string, number>

/** The numbers of a text's symbols; `from` names the text where one is not known. */
export type Encoding = (text: string, from: string) => Int32Array

/** How texts are numbered, by what they are cut into: with the number of each symbol, and that of all others, where there is one. */
export const encodings: Readonly<Record<Units, (numbers: Numbers, unknown: number | undefined) => Encoding>> = {
  characters: (numbers, unknown) => {
    // Most characters are one unit of a string and looked up at once.
    const direct = new Int32Array(directSize(numbers)).fill(-1)
    for (const [symbol, id] of numbers) if (symbol.length === 1) direct[symbol.charCodeAt(0)] = id
    return (text, from) => {
      const ids = new Int32Array(text.length)
      let count = 0
      for (let at = 0; at < text.length;) {
        let id = direct[text.charCodeAt(at)] ?? -1
        let length = 1
        if (id < 0) {
          const character = String.fromCodePoint(text.codePointAt(at)!)
          id = known(numbers.get(character) ?? unknown, character, text, at, from, numbers)
          length = character.length
        }
        ids[count++] = id
        at += length
      }
      return count === ids.length ? ids : ids.slice(0, count)
    }
  },
  words: (numbers, unknown) => (text, from) => {
    let at = 0
    return Int32Array.from(tokens(text, 'words'), (word) => {
      const id = numbers.get(word) ?? unknown
      if (id === undefined) throw strange('word', word, text, at, from, numbers)
      at += word.length
      return id
    })
  },
  tokens: (numbers, unknown) => (text, from) => {
    let at = 0
    return Int32Array.from(tokens(text, 'tokens'), (token) => {
      at = text.indexOf(token, at)
      const id = numbers.get(token) ?? unknown
      if (id === undefined) throw strange('token', token, text, at, from, numbers)
      at += token.length
      return id
    })
  },
  subwords: (numbers, unknown) => {
    const joins = joinsOf(numbers)
    const runs = new Map<string, readonly number[]>()
    return (text, from) => {
      const ids: number[] = []
      let at = 0
      for (const run of subwordRuns(text)) {
        let pieces = runs.get(run)
        if (!pieces) {
          const start = at
          pieces = joined(
            Array.from(run, (character) =>
              known(numbers.get(character) ?? unknown, character, text, start, from, numbers),
            ),
            joins,
          )
          if (runs.size < mostRuns) runs.set(run, pieces)
        }
        for (const piece of pieces) ids.push(piece)
        at += run.length
      }
      return Int32Array.from(ids)
    }
  },
}

function directSize(numbers: Numbers): number {
  let size = 0
  for (const symbol of numbers.keys()) if (symbol.length === 1) size = Math.max(size, symbol.charCodeAt(0) + 1)
  return size
}

/** Runs whose pieces are kept: most of a text are a few. */
const mostRuns = 2 ** 16

/** Numbers of two pieces side by side, as one number. */
const pairOf = (left: number, right: number): number => left * 2 ** 24 + right

/** The piece that two are together. */
function joinsOf(numbers: Numbers): ReadonlyMap<number, number> {
  const joins = new Map<number, number>()
  for (const [piece, number] of numbers) {
    for (let at = 1; at < piece.length; at++) {
      const left = numbers.get(piece.slice(0, at))
      const right = numbers.get(piece.slice(at))
      if (left !== undefined && right !== undefined) joins.set(pairOf(left, right), number)
    }
  }
  return joins
}

/** Joins what stands side by side, the pieces that were made first before others. */
function joined(pieces: number[], joins: ReadonlyMap<number, number>): readonly number[] {
  for (;;) {
    let first = Infinity
    for (let i = 0; i + 1 < pieces.length; i++) {
      first = Math.min(first, joins.get(pairOf(pieces[i]!, pieces[i + 1]!)) ?? Infinity)
    }
    if (first === Infinity) return pieces
    let length = 0
    for (let i = 0; i < pieces.length; i++) {
      const both = i + 1 < pieces.length && joins.get(pairOf(pieces[i]!, pieces[i + 1]!)) === first
      pieces[length++] = both ? first : pieces[i]!
      if (both) i++
    }
    pieces.length = length
  }
}

/** The number of a character, or an error that says which could be meant. */
function known(
  id: number | undefined,
  character: string,
  text: string,
  from: number,
  owner: string,
  numbers: Numbers,
): number {
  if (id !== undefined) return id
  const other = nearestCharacter(character, (one) => numbers.has(one))
  const advice = other === undefined ? 'leave it out' : `write ${shownCharacter(other)} in its place`
  throw new UnrolledError(
    'data',
    `${owner} has at ${placeIn(text, text.indexOf(character, from))} the character ${shownCharacter(character)}, ` +
      `which is not among the ${numbers.size} known; ${advice}`,
  )
}

const strange = (
  what: 'word' | 'token',
  token: string,
  text: string,
  at: number,
  owner: string,
  numbers: Numbers,
): UnrolledError =>
  new UnrolledError(
    'data',
    `${owner} has at ${placeIn(text, at)} the ${what} ${JSON.stringify(token)}, which is not among the ${numbers.size} known`,
  )
