import { edits } from './edits.ts'

/** A sequence that is not what it should be. */
export interface WrongSequence {
  /** Its number in the data. */
  readonly index: number
  /** What it should be. */
  readonly is: string
  /** What the model made of it. */
  readonly said: string
  /** Symbols that must be put in, left out or replaced. */
  readonly edits: number
}

/** How many of the worst examples are named. */
const mostWorst = 10

/** What a sequence should be and what was said, in symbols, and whether that is all right. */
interface Pair {
  readonly is: readonly string[]
  readonly said: readonly string[]
  readonly right: boolean
}

/** Sequences of symbols beside what they should be. */
export class SymbolErrors {
  readonly #right: Uint8Array
  readonly #edits: Uint32Array
  readonly #symbols: Uint32Array

  constructor(all: readonly Pair[]) {
    this.#right = Uint8Array.from(all, ({ right }) => Number(right))
    this.#edits = Uint32Array.from(all, ({ is, said }) => edits(is, said))
    this.#symbols = Uint32Array.from(all, ({ is }) => is.length)
  }

  /** The share of some that is right. */
  exact(chosen: ArrayLike<number>): number {
    return sum(this.#right, chosen) / chosen.length
  }

  /** Symbols of some that are wrong, as a share of those that should be there. Where none should, each is one too many. */
  rate(chosen: ArrayLike<number>): number {
    return sum(this.#edits, chosen) / Math.max(1, sum(this.#symbols, chosen))
  }

  /** What is furthest from what it should be, by symbols that are wrong; `texts` are those of a sequence. */
  worst(texts: (index: number) => Pick<WrongSequence, 'is' | 'said'>): readonly WrongSequence[] {
    return Array.from(this.#right.keys())
      .filter((i) => this.#right[i] === 0)
      .sort((a, b) => this.#edits[b]! - this.#edits[a]! || a - b)
      .slice(0, mostWorst)
      .map((index) => ({ index, ...texts(index), edits: this.#edits[index]! }))
  }
}

function sum(values: ArrayLike<number>, chosen: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < chosen.length; i++) total += values[chosen[i]!]!
  return total
}
