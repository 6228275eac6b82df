import type { Row } from '../../data/index.ts'
import type { Named } from '../../tensor.ts'
import { logSum } from './log-sum.ts'
import type { DecodedSequence, Labelling } from './loss.ts'

/** A sequence as a linear chain scores it. */
interface Chain {
  /** Scores of the labels at each step. */
  readonly rows: readonly Row[]
  readonly labels: number
  /** From label to label, row by row. */
  readonly transitions: ArrayLike<number>
  readonly begin: ArrayLike<number>
  readonly end: ArrayLike<number>
}

/** What the rows of a sequence say by a chain with these parameters: the `best` likeliest label sequences, and each step's marginals. */
export function decodeChain(rows: readonly Row[], parameters: Named, best: number): DecodedSequence {
  const [transitions, begin, end] = ['transitions', 'begin', 'end'].map((name) => parameters[name]!.data)
  const chain: Chain = { rows, labels: begin!.length, transitions: transitions!, begin: begin!, end: end! }
  const { logZ, probabilities } = marginals(chain)
  const labellings = likeliest(chain, best).map(({ labels, score }): Labelling => ({
    labels,
    logProbability: score - logZ,
  }))
  const [{ labels }] = labellings as [Labelling]
  return { labellings, steps: labels.map((label, t) => ({ label, probabilities: [...probabilities[t]!] })) }
}

interface Path {
  readonly labels: readonly number[]
  readonly score: number
}

/**
 * The paths of the highest scores, best first (Viterbi 1967; of several, each label keeps as many that end in it). Of equals the
 * one whose last labels are lower comes first.
 */
function likeliest(chain: Chain, best: number): Path[] {
  const { rows, labels, transitions, begin, end } = chain
  const last = rows.length - 1
  if (last < 0) return [{ labels: [], score: 0 }]
  // Path k that ends in label j at a step stands at j · best + k; it came from the place that is kept beside its score.
  let scores = new Float64Array(labels * best).fill(-Infinity)
  for (let j = 0; j < labels; j++) scores[j * best] = begin[j]! + rows[0]![j]!
  const from: Int32Array[] = []
  for (let t = 1; t <= last; t++) {
    const next = new Float64Array(labels * best).fill(-Infinity)
    const back = new Int32Array(labels * best).fill(-1)
    for (let j = 0; j < labels; j++) {
      const kept = new Kept(next, back, j * best, best)
      for (let at = 0; at < scores.length; at++) {
        kept.offer(scores[at]! + transitions[Math.floor(at / best) * labels + j]! + rows[t]![j]!, at)
      }
    }
    scores = next
    from.push(back)
  }
  const ends = new Float64Array(best).fill(-Infinity)
  const places = new Int32Array(best).fill(-1)
  const kept = new Kept(ends, places, 0, best)
  for (let at = 0; at < scores.length; at++) kept.offer(scores[at]! + end[Math.floor(at / best)]!, at)
  const found = Array.from(ends, (score, k) => ({ score, labels: traced(from, places[k]!, best) }))
  const paths = found.filter(({ score }) => score > -Infinity)
  // Of scores that are no numbers none is higher than another.
  return paths.length > 0 ? paths : [{ labels: rows.map(() => 0), score: NaN }]
}

/** The labels of the path that ends at a place. */
function traced(from: readonly Int32Array[], place: number, best: number): number[] {
  const labels: number[] = []
  for (let t = from.length, at = place; at >= 0; at = t === 0 ? -1 : from[--t]![at]!) labels.push(Math.floor(at / best))
  return labels.reverse()
}

/** The largest of what is offered, in order; of equals what came first. */
class Kept {
  readonly #scores: Float64Array
  readonly #places: Int32Array
  readonly #first: number
  readonly #count: number

  constructor(scores: Float64Array, places: Int32Array, first: number, count: number) {
    this.#scores = scores
    this.#places = places
    this.#first = first
    this.#count = count
  }

  offer(score: number, place: number): void {
    let at = this.#first + this.#count - 1
    if (!(score > this.#scores[at]!)) return
    for (; at > this.#first && score > this.#scores[at - 1]!; at--) {
      this.#scores[at] = this.#scores[at - 1]!
      this.#places[at] = this.#places[at - 1]!
    }
    this.#scores[at] = score
    this.#places[at] = place
  }
}

/** log Σ exp(score) over all paths, and how probable each label is at each step: forward–backward (Rabiner 1989), in logs. */
function marginals({ rows, labels, transitions, begin, end }: Chain): {
  readonly logZ: number
  readonly probabilities: readonly Float64Array[]
} {
  const terms = new Float64Array(labels)
  const all = (term: (i: number) => number): number => {
    for (let i = 0; i < labels; i++) terms[i] = term(i)
    return logSum(terms)
  }
  const each = (value: (j: number) => number): Float64Array => Float64Array.from({ length: labels }, (_, j) => value(j))
  // Up to and with each step; after each step.
  const forward: Float64Array[] = []
  for (const [t, row] of rows.entries()) {
    const before = forward[t - 1]
    forward.push(each((j) => row[j]! + (before ? all((i) => before[i]! + transitions[i * labels + j]!) : begin[j]!)))
  }
  const backward: Float64Array[] = rows.map(() => each((i) => end[i]!))
  for (let t = rows.length - 2; t >= 0; t--) {
    const [row, after] = [rows[t + 1]!, backward[t + 1]!]
    backward[t] = each((i) => all((j) => transitions[i * labels + j]! + row[j]! + after[j]!))
  }
  const logZ = rows.length === 0 ? 0 : all((j) => forward.at(-1)![j]! + end[j]!)
  const probabilities = forward.map((row, t) => each((j) => Math.exp(row[j]! + backward[t]![j]! - logZ)))
  return { logZ, probabilities }
}
