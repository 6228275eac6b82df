/**
 * The choices that make one random program: drawn from a seed, or taken again from a list. 0 is always the simplest choice
 * and stands for all that a list does not say, so that fewer and smaller choices make a smaller program.
 */
export class Draws {
  /** What was chosen, in order. */
  readonly taken: number[] = []
  readonly #given: readonly number[] | undefined
  #state = 0

  constructor(source: number | readonly number[]) {
    if (typeof source === 'number') this.#state = source >>> 0
    else this.#given = source
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    const choice = this.#given
      ? Math.min(this.#given[this.taken.length] ?? 0, count - 1)
      : Math.floor(this.#random() * count)
    this.taken.push(choice)
    return choice
  }

  /** Whether something of this probability happens; where nothing is drawn it does not. */
  chance(probability: number): boolean {
    return this.below(1000) >= 1000 * (1 - probability)
  }

  /** One of a list; the first is the simplest. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** One of a list by weight; the first is the simplest. */
  weighted<T>(list: readonly (readonly [weight: number, item: T])[]): T {
    let left = this.below(list.reduce((sum, [weight]) => sum + weight, 0))
    return list.find(([weight]) => (left -= weight) < 0)![1]
  }

  /** Mulberry32 (Tommy Ettinger, public domain). */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let x = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}
