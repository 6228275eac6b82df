import { UnrolledError } from '../error.ts'
import { uniform } from './draws.ts'
import { exponential } from './exponential.ts'
import { Ranking } from './ranking.ts'
import type { SamplingOptions } from './sampling.ts'

/**
 * Chooses symbols. Logits are divided by the temperature, then the `topK` likeliest are kept, then of these the fewest that have
 * probability `topP` together; of equally likely symbols the one with the lower number goes first. A logit of −Infinity forbids a
 * symbol. NaN, +Infinity and a vocabulary that is forbidden as a whole are errors with code `logits`.
 *
 * It owns scratch memory for one vocabulary and makes no array while it draws.
 */
export class Sampler {
  readonly #symbols: number
  readonly #temperature: number
  readonly #topK: number
  readonly #topP: number
  readonly #seed: number
  readonly #weights: Float64Array
  /** Symbols that may be chosen, the likeliest first where some may not. */
  readonly #kept: Int32Array
  readonly #ranking: Ranking

  constructor(symbols: number, { temperature, topK, topP, seed }: Required<SamplingOptions>) {
    this.#symbols = symbols
    this.#temperature = temperature
    this.#topK = topK
    this.#topP = topP
    this.#seed = seed
    this.#weights = new Float64Array(symbols)
    this.#kept = Int32Array.from({ length: symbols }, (_, i) => i)
    this.#ranking = new Ranking(symbols)
  }

  /** The symbol that draw number `n` chooses, given a logit for each symbol; it depends on logits, seed and `n` alone. */
  draw(logits: ArrayLike<number>, n: number): number {
    const best = this.#likeliest(logits)
    if (this.#temperature === 0) return best
    const count = this.#weigh(logits, best)
    const target = uniform(this.#seed, n) * this.#total(count)
    let sum = 0
    for (let i = 0; i < count; i++) {
      const symbol = this.#kept[i]!
      sum += this.#weights[symbol]!
      if (target < sum) return symbol
    }
    // Rounding has brought the target up to the total.
    return best
  }

  /** The probability with which each symbol is chosen; a new array. */
  probabilities(logits: ArrayLike<number>): Float64Array {
    const best = this.#likeliest(logits)
    const result = new Float64Array(this.#symbols)
    if (this.#temperature === 0) {
      result[best] = 1
      return result
    }
    const count = this.#weigh(logits, best)
    const total = this.#total(count)
    for (let i = 0; i < count; i++) result[this.#kept[i]!] = this.#weights[this.#kept[i]!]! / total
    return result
  }

  #likeliest(logits: ArrayLike<number>): number {
    const symbols = this.#symbols
    if (logits.length !== symbols) {
      throw new UnrolledError('logits', `sampling: ${logits.length} logits were given for ${symbols} symbols`)
    }
    let best = 0
    for (let i = 0; i < symbols; i++) {
      const logit = logits[i]!
      if (Number.isNaN(logit) || logit === Infinity)
        throw new UnrolledError('logits', `sampling: logit ${i} is ${logit}`)
      if (logit > logits[best]!) best = i
    }
    if (logits[best] === -Infinity) throw new UnrolledError('logits', 'sampling: every logit is -Infinity')
    return best
  }

  /** Writes weights and the kept symbols; answers how many are kept. */
  #weigh(logits: ArrayLike<number>, best: number): number {
    const symbols = this.#symbols
    const weights = this.#weights
    const temperature = this.#temperature
    const highest = logits[best]!
    let total = 0
    for (let i = 0; i < symbols; i++) total += weights[i] = exponential((logits[i]! - highest) / temperature)
    if (this.#topK >= symbols && this.#topP === 1) return symbols
    return this.#filter(logits, total)
  }

  /** Ranks the likeliest symbols, as many as are kept; `total` is the sum of all weights. */
  #filter(logits: ArrayLike<number>, total: number): number {
    const symbols = this.#symbols
    const weights = this.#weights
    const kept = this.#kept
    const topK = this.#topK
    const topP = this.#topP
    this.#ranking.fill(logits)
    let count = 0
    if (topK < symbols) {
      total = 0
      for (; count < topK; count++) total += weights[(kept[count] = this.#ranking.take())]!
      if (topP === 1) return count
    }
    let sum = 0
    for (let i = 0; i < symbols; i++) {
      if (i >= count) kept[count++] = this.#ranking.take()
      sum += weights[kept[i]!]!
      if (sum >= topP * total) return i + 1
    }
    return symbols
  }

  /** The weight of the kept symbols. */
  #total(count: number): number {
    let total = 0
    for (let i = 0; i < count; i++) total += this.#weights[this.#kept[i]!]!
    return total
  }
}
