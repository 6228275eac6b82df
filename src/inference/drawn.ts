import { beginning, foundBy, logSum, type Found, type Hypothesis, type Search } from './beam.ts'
import type { Sampler } from './sampler.ts'

/** What a draw is made by. */
export interface DrawOptions {
  readonly sampler: Sampler
  /** Most symbols. */
  readonly length: number
  /** The symbol that ends it. */
  readonly boundary: number
  /** A symbol that is never drawn. */
  readonly unknown: number | undefined
}

/** Draws one symbol after another by what the model says; its score is the log probability of what was drawn, whatever the temperature. */
export class Drawn implements Search {
  readonly #options: DrawOptions
  #last: Hypothesis = beginning
  #ended = false

  constructor(options: DrawOptions) {
    this.#options = options
  }

  get live(): readonly Hypothesis[] {
    return this.#ended ? [] : [this.#last]
  }

  advance(logits: (place: number) => ArrayLike<number>, looked: (place: number) => Float32Array | undefined): number[] {
    if (this.#ended) return []
    const { sampler, length, boundary, unknown } = this.#options
    const row = Float64Array.from(logits(0))
    const offset = this.#last.log - logSum(row)
    if (unknown !== undefined) row[unknown] = -Infinity
    const before = this.#last
    const id = sampler.draw(row, before.count)
    this.#last = { before, id, count: before.count + 1, log: offset + row[id]!, looked: looked(0), greedy: false }
    this.#ended = id === boundary || this.#last.count === length
    return this.live.map(() => 0)
  }

  found(): Found[] {
    return [foundBy(this.#last, this.#last.log, this.#options.boundary)]
  }
}
