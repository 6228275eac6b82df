import { subwordRuns } from './units.ts'

/** A pair of pieces that stand side by side: the first's number times this, and the second's. Exact, as numbers are below it. */
const apart = 2 ** 24

/**
 * Pieces of words made of texts by byte-pair encoding (Sennrich et al. 2016, over characters): what stands side by side most often
 * becomes a piece, until there are `largest` or none is met `minCount` times. Gives those of two characters and more, in the order in
 * which they are put together. Of equals the one goes first whose parts were there first, characters in the order of their code units.
 */
export function bytePairs(
  texts: readonly string[],
  characters: readonly string[],
  { largest, minCount }: { readonly largest: number; readonly minCount: number },
): string[] {
  const pieces = [...characters]
  const numbers = new Map(pieces.map((piece, number) => [piece, number]))
  const words = new Words(texts, numbers)
  const queue = new Queue()
  for (const [pair, count] of words.pairs) queue.put(pair, count)
  while (pieces.length < largest) {
    const best = queue.take((pair) => words.pairs.get(pair) ?? 0)
    if (!best || best.count < minCount) break
    const [left, right] = [Math.floor(best.pair / apart), best.pair % apart]
    const piece = pieces[left]! + pieces[right]!
    // The same letters may come together in two ways.
    const number = numbers.get(piece) ?? pieces.length
    if (number === pieces.length) pieces.push(piece)
    numbers.set(piece, number)
    for (const [pair, count] of words.join(left, right, number)) queue.put(pair, count)
  }
  return pieces.slice(characters.length)
}

/** The different words of texts as numbers of their pieces, and how often what stands side by side in them. */
class Words {
  readonly #words: number[][] = []
  readonly #counts: number[] = []
  /** In which words a pair may be. */
  readonly #where = new Map<number, Set<number>>()
  readonly pairs = new Map<number, number>()

  constructor(texts: readonly string[], numbers: ReadonlyMap<string, number>) {
    const found = new Map<string, number>()
    for (const text of texts) for (const run of subwordRuns(text)) found.set(run, (found.get(run) ?? 0) + 1)
    for (const [run, count] of found) {
      // What no piece is made of stands apart.
      const word = Array.from(run, (character) => numbers.get(character) ?? -1)
      this.#words.push(word)
      this.#counts.push(count)
      this.#count(this.#words.length - 1, 1)
    }
  }

  /** Joins a pair wherever it stands; gives the pairs that are more frequent now. */
  join(left: number, right: number, piece: number): Map<number, number> {
    const more = new Map<number, number>()
    for (const at of this.#where.get(left * apart + right) ?? []) {
      this.#count(at, -1)
      const word = this.#words[at]!
      let length = 0
      for (let i = 0; i < word.length; i++) {
        const both = word[i] === left && word[i + 1] === right
        word[length++] = both ? piece : word[i]!
        if (both) i++
      }
      word.length = length
      this.#count(at, 1, (pair, count) => more.set(pair, count), piece)
    }
    this.pairs.delete(left * apart + right)
    this.#where.delete(left * apart + right)
    return more
  }

  /** Adds the pairs of a word, or takes them away; tells of those that a piece is part of. */
  #count(at: number, sign: 1 | -1, tell?: (pair: number, count: number) => void, piece?: number): void {
    const word = this.#words[at]!
    const times = sign * this.#counts[at]!
    for (let i = 0; i + 1 < word.length; i++) {
      const [left, right] = [word[i]!, word[i + 1]!]
      if (left < 0 || right < 0) continue
      const pair = left * apart + right
      const count = (this.pairs.get(pair) ?? 0) + times
      this.pairs.set(pair, count)
      if (sign < 0) continue
      const there = this.#where.get(pair)
      if (there) there.add(at)
      else this.#where.set(pair, new Set([at]))
      if (left === piece || right === piece) tell?.(pair, count)
    }
  }
}

interface Entry {
  readonly pair: number
  readonly count: number
}

/** Pairs, the most frequent first: a heap, whose entries are held against what is now when they are taken. */
class Queue {
  readonly #heap: Entry[] = []

  put(pair: number, count: number): void {
    const heap = this.#heap
    const entry = { pair, count }
    let at = heap.length
    for (; at > 0;) {
      const above = (at - 1) >> 1
      if (!before(entry, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = entry
  }

  /** The most frequent pair, as frequent as it is now. */
  take(now: (pair: number) => number): Entry | undefined {
    for (;;) {
      const first = this.#pop()
      if (!first) return undefined
      const count = now(first.pair)
      if (count === first.count) return first
      if (count > 0 && count < first.count) this.put(first.pair, count)
    }
  }

  #pop(): Entry | undefined {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (heap.length === 0 || last === undefined) return first
    let at = 0
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below++
      if (!before(heap[below]!, last)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = last
    return first
  }
}

const before = (a: Entry, b: Entry): boolean => a.count > b.count || (a.count === b.count && a.pair < b.pair)
