import { UnrolledError } from '../error.ts'
import { exponential } from './exponential.ts'

/** What is asked of a search. */
export interface BeamOptions {
  /** Hypotheses that are followed. */
  readonly width: number
  /** Most symbols of one. */
  readonly length: number
  /** The symbol that ends one. */
  readonly boundary: number
  /** A symbol that is never chosen. */
  readonly unknown: number | undefined
  /** α of Wu et al. 2016. */
  readonly lengthPenalty: number
  /** β of Wu et al. 2016. */
  readonly coverage: number
}

/** A beginning, or a whole: its last symbol, and what stands before it. */
export interface Hypothesis {
  readonly before: Hypothesis | undefined
  readonly id: number
  /** Symbols, the boundary among them. */
  readonly count: number
  /** Sum of log probabilities, in nats. */
  readonly log: number
  /** Where in the source each step looked. */
  readonly looked: Float32Array | undefined
  /** Whether each of its symbols was the likeliest. */
  readonly greedy: boolean
}

/** What was found. */
export interface Found {
  /** Without the boundary. */
  readonly ids: readonly number[]
  readonly score: number
  /** Where in the source each symbol looked. */
  readonly looked: readonly Float32Array[] | undefined
}

/** What is written for one source, step by step. */
export interface Search {
  /** Beginnings that go on, in the order of their places. */
  readonly live: readonly Hypothesis[]
  /**
   * Takes a step: `logits` and `looked` give those of the hypothesis in a place. Gives for each that goes on the place it came from.
   * @throws UnrolledError `logits` where they are not numbers.
   */
  advance(logits: (place: number) => ArrayLike<number>, looked: (place: number) => Float32Array | undefined): number[]
  /** All that ended, the best first. */
  found(): Found[]
}

export const beginning: Hypothesis = { before: undefined, id: -1, count: 0, log: 0, looked: undefined, greedy: true }

/**
 * A beam search for one sequence. At each step the likeliest of all continuations are kept; those that end give their places up. The
 * greedy hypothesis keeps a place while it lasts, so that no wider beam finds less than it. Of equals the one that stands first, and
 * the lower number, goes first.
 */
export class Beam implements Search {
  readonly #options: BeamOptions
  readonly #ended: Hypothesis[] = []
  #live: readonly Hypothesis[] = [beginning]

  constructor(options: BeamOptions) {
    this.#options = options
  }

  get live(): readonly Hypothesis[] {
    return this.#live
  }

  advance(logits: (place: number) => ArrayLike<number>, looked: (place: number) => Float32Array | undefined): number[] {
    const { boundary, width, length } = this.#options
    const slots = width - this.#ended.length
    const chosen = new Candidates(slots)
    this.#live.forEach(({ log, greedy }, place) => {
      const row = logits(place)
      chosen.take(row, place, log - logSum(row), greedy, this.#options.unknown)
    })
    const looks = this.#live.map((_, place) => looked(place))
    const live: Hypothesis[] = []
    const places: number[] = []
    for (const { place, id, log, greedy } of chosen.best()) {
      const before = this.#live[place]!
      const next = { before, id, count: before.count + 1, log, looked: looks[place], greedy }
      // At the limit a hypothesis ends as it stands.
      if (id === boundary || next.count === length) this.#ended.push(next)
      else {
        live.push(next)
        places.push(place)
      }
    }
    this.#live = live
    return places
  }

  found(): Found[] {
    return this.#ended
      .map((last) => foundBy(last, this.#score(last), this.#options.boundary))
      .sort((a, b) => b.score - a.score)
  }

  /**
   * log P ÷ lp + cp of Wu et al. 2016 (arXiv:1609.08144, equation 14): lp = ((5 + |Y|) ÷ 6)^α, and cp = β Σ log min(Σ p, 1) over the
   * steps of the source, p being how much each symbol looked there.
   */
  #score(last: Hypothesis): number {
    const { lengthPenalty, coverage } = this.#options
    const score = last.log / ((5 + last.count) / 6) ** lengthPenalty
    if (coverage === 0 || !last.looked) return score
    const sums = new Float64Array(last.looked.length)
    for (const { looked } of pathTo(last)) looked!.forEach((weight, s) => (sums[s]! += weight))
    // What nothing looked at costs much, not everything.
    return score + coverage * sums.reduce((sum, covered) => sum + Math.log(Math.min(Math.max(covered, 1e-10), 1)), 0)
  }
}

/** What a hypothesis has come to. */
export function foundBy(last: Hypothesis, score: number, boundary: number): Found {
  const path = pathTo(last)
  const symbols = last.id === boundary ? path.slice(0, -1) : path
  const looked = symbols.map(({ looked }) => looked!)
  return { ids: symbols.map(({ id }) => id), score, looked: last.looked && looked }
}

/** From the first symbol to the last. */
function pathTo(last: Hypothesis): Hypothesis[] {
  const path: Hypothesis[] = []
  for (let at: Hypothesis | undefined = last; at && at.count > 0; at = at.before) path.push(at)
  return path.reverse()
}

/** log Σ exp, from exponentials that are the same on every engine. */
export function logSum(logits: ArrayLike<number>): number {
  let largest = -Infinity
  for (let i = 0; i < logits.length; i++) if (!(logits[i]! <= largest)) largest = logits[i]!
  let sum = 0
  for (let i = 0; i < logits.length; i++) sum += exponential(logits[i]! - largest)
  if (!Number.isFinite(largest) || Number.isNaN(sum)) {
    throw new UnrolledError('logits', `the model's output holds ${largest}; its weights may have grown beyond bounds`)
  }
  return largest + Math.log(sum)
}

interface Candidate {
  readonly place: number
  readonly id: number
  readonly log: number
  readonly greedy: boolean
}

/** The best of all continuations, and the greedy one. */
class Candidates {
  readonly #slots: number
  readonly #best: Candidate[] = []
  #greedy: Candidate | undefined

  constructor(slots: number) {
    this.#slots = slots
  }

  /** Takes the continuations of a hypothesis by each symbol; the log probability is `offset` and the symbol's logit. */
  take(logits: ArrayLike<number>, place: number, offset: number, greedy: boolean, except: number | undefined): void {
    let likeliest = -1
    for (let id = 0; id < logits.length; id++) {
      if (id === except) continue
      if (likeliest < 0 || logits[id]! > logits[likeliest]!) likeliest = id
      const log = offset + logits[id]!
      const full = this.#best.length === this.#slots
      if (full && !(log > this.#best.at(-1)!.log)) continue
      if (full) this.#best.pop()
      let at = this.#best.length
      while (at > 0 && this.#best[at - 1]!.log < log) at--
      this.#best.splice(at, 0, { place, id, log, greedy: false })
    }
    if (!greedy || likeliest < 0) return
    this.#greedy = { place, id: likeliest, log: offset + logits[likeliest]!, greedy: true }
  }

  /** In order; the greedy one stands for itself, or in the last place. */
  best(): readonly Candidate[] {
    const greedy = this.#greedy
    if (!greedy) return this.#best
    const at = this.#best.findIndex(({ place, id }) => place === greedy.place && id === greedy.id)
    return this.#best.with(at < 0 ? this.#best.length - 1 : at, greedy)
  }
}
