/** Something that can only be told by what was seen long before. */
export interface LongTermTask {
  readonly name: string
  /** What is asked, in a line. */
  readonly says: string
  /** What a step shows: so many numbers, or one of so many symbols. */
  readonly input: { readonly columns: number } | { readonly symbols: number }
  /** Of how many classes an answer is one; absent where it is a number. */
  readonly classes?: number
  /** Whether there is one answer, after the last step, or one at each step that has a target. */
  readonly answers: 'once' | 'each step'
  /** What share of the answers is right of who remembers nothing. */
  readonly guessing: number
  /** The validation loss at which training ends: there is nothing left to learn. */
  readonly solved: number
  /** The least distance that makes sense. */
  readonly shortest: number
  /** Sequence number `index`, from the seed alone; `distance` are the steps from what must be remembered to where it is asked for. */
  draw(distance: number, seed: number, index: number): Drawn
}

/** A sequence and what is to be told of it. */
export interface Drawn {
  /** A row for each step, or the number of its symbol. */
  readonly x: number[] | number[][]
  /** The answer; or one a step, `nothing` where there is none. */
  readonly target: number[]
}

/** The target of a step that is not asked. */
export const nothing = -1

/** An answer in numbers is right within this (Hochreiter & Schmidhuber 1997). */
export const rightWithin = 0.04
