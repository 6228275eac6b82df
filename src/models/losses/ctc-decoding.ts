import type { Row } from '../../data/index.ts'
import { logSum } from './log-sum.ts'
import type { Labelling } from './loss.ts'
import { largestOf } from './probabilities.ts'

export interface CtcSearch {
  readonly beam: number
  readonly best: number
  readonly spans: boolean
}

/**
 * The likeliest label sequences for rows of classes, best first, with their exact probability: those among what a beam follows, and
 * what the likeliest class of each step says, so that no beam finds less than that.
 */
export function decodeCtc(rows: readonly Row[], blank: number, { beam, best, spans }: CtcSearch): Labelling[] {
  const logs = rows.map((row) => {
    const all = logSum(row)
    return Float64Array.from(row, (value) => value - all)
  })
  const width = Math.max(beam, best)
  const greedy = collapsed(logs.map(largestOf), blank)
  const followed = width === 1 ? [] : prefixes(logs, blank, width)
  const known = followed.some((labels) => String(labels) === String(greedy))
  return (known ? followed : [...followed, greedy])
    .map((labels): Labelling => ({ labels, logProbability: logProbabilityOf(logs, labels, blank) }))
    .sort((a, b) => b.logProbability - a.logProbability)
    .slice(0, best)
    .map((one, i) => (spans && i === 0 ? { ...one, spans: spansOf(logs, one.labels, blank) } : one))
}

/** What a class at each step says: a class that goes on is said once, the blank says nothing. */
const collapsed = (path: readonly number[], blank: number): number[] =>
  path.filter((label, t) => label !== blank && label !== path[t - 1])

/** Labels said so far, and the log probabilities of all ways to have said them that end in a blank, or in the last of them. */
class Prefix {
  readonly before: Prefix | undefined
  readonly last: number | undefined
  readonly further = new Map<number, Prefix>()
  silent = -Infinity
  said = -Infinity
  /** Those after the step that is being read. */
  nextSilent = -Infinity
  nextSaid = -Infinity

  constructor(before?: Prefix, last?: number) {
    this.before = before
    this.last = last
  }

  get either(): number {
    return logAdd(this.silent, this.said)
  }

  get next(): number {
    return logAdd(this.nextSilent, this.nextSaid)
  }

  /** With one label more; made once, so that all who reach it add to the same. */
  extended(label: number): Prefix {
    const made = new Prefix(this, label)
    this.further.set(label, made)
    return made
  }

  /** A step at which nothing is said, or the last label goes on. */
  stay(row: Float64Array, blank: number): void {
    this.nextSilent = this.either + row[blank]!
    if (this.last !== undefined) this.nextSaid = this.said + row[this.last]!
  }

  /** Ends a step; gives the log probability of all ways. */
  settle(): number {
    const value = this.next
    this.silent = this.nextSilent
    this.said = this.nextSaid
    this.nextSilent = this.nextSaid = -Infinity
    return value
  }
}

/** The likeliest prefixes after the last step, of which so many are followed at each (Hannun et al. 2014, algorithm 1). */
function prefixes(logs: readonly Float64Array[], blank: number, width: number): number[][] {
  const nothing = new Prefix()
  nothing.silent = 0
  let followed = [nothing]
  for (const row of logs) {
    for (const prefix of followed) prefix.stay(row, blank)
    // What can be no more than this is not among so many of those that are there already.
    const floor = followed.length < width ? -Infinity : Math.min(...followed.map(({ next }) => next))
    const reached = new Set(followed)
    for (const prefix of followed) {
      const { silent, either, last } = prefix
      for (let label = 0; label < row.length; label++) {
        // The same label again is a new one only behind a blank.
        const more = (label === last ? silent : either) + row[label]!
        const known = prefix.further.get(label)
        const there = known !== undefined && reached.has(known)
        if (label === blank || (more <= floor && !there)) continue
        const longer = known ?? prefix.extended(label)
        longer.nextSaid = logAdd(longer.nextSaid, more)
        reached.add(longer)
      }
    }
    const all = [...reached].map((prefix) => ({ prefix, value: prefix.settle() }))
    followed = all
      .sort((a, b) => b.value - a.value)
      .slice(0, width)
      .map(({ prefix }) => prefix)
  }
  return followed.map(labelsOf)
}

function labelsOf(prefix: Prefix): number[] {
  const labels: number[] = []
  for (let one = prefix; one.before; one = one.before) labels.push(one.last!)
  return labels.reverse()
}

/** log(eᵃ + eᵇ) */
function logAdd(a: number, b: number): number {
  const low = Math.min(a, b)
  const high = Math.max(a, b)
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high))
}

/** Labels with blanks before, between and behind them. */
const withBlanks = (labels: readonly number[], blank: number): number[] =>
  labels.flatMap((label) => [blank, label]).concat(blank)

/** Whether a way may come to a place from that two before: past a blank that equal labels need between them. */
const skipsAt = (path: ArrayLike<number>, s: number, blank: number): boolean =>
  s >= 2 && path[s] !== blank && path[s] !== path[s - 2]

/** The log probability of a label sequence: the sum over all its ways along the steps (Graves et al. 2006, section 4.1). */
function logProbabilityOf(logs: readonly Float64Array[], labels: readonly number[], blank: number): number {
  const path = Int32Array.from(withBlanks(labels, blank))
  const skips = path.map((_, s) => (skipsAt(path, s, blank) ? 1 : 0))
  // Before the first step it stands at the first blank.
  let sums = new Float64Array(path.length).fill(-Infinity)
  let next = new Float64Array(path.length)
  sums[0] = 0
  for (const row of logs) {
    for (let s = 0; s < path.length; s++) {
      let sum = sums[s]!
      if (s >= 1) sum = logAdd(sum, sums[s - 1]!)
      if (skips[s] === 1) sum = logAdd(sum, sums[s - 2]!)
      next[s] = row[path[s]!]! + sum
    }
    ;[sums, next] = [next, sums]
  }
  return logSum(sums.slice(-2))
}

/** From which step on, and before which, each label is said on the likeliest way of a label sequence. */
function spansOf(
  logs: readonly Float64Array[],
  labels: readonly number[],
  blank: number,
): (readonly [number, number])[] {
  const path = withBlanks(labels, blank)
  let likeliest = new Float64Array(path.length).fill(-Infinity)
  likeliest[0] = 0
  const cameFrom = logs.map((row) => {
    const from = Int32Array.from(path, (_, s) => {
      let best = s
      if (s >= 1 && likeliest[s - 1]! > likeliest[best]!) best = s - 1
      if (skipsAt(path, s, blank) && likeliest[s - 2]! > likeliest[best]!) best = s - 2
      return best
    })
    likeliest = Float64Array.from(from, (place, s) => likeliest[place]! + row[path[s]!]!)
    return from
  })
  const spans = labels.map((): [number, number] => [0, 0])
  const last = path.length - 1
  let place = last > 0 && likeliest[last - 1]! > likeliest[last]! ? last - 1 : last
  for (let step = logs.length - 1; step >= 0; step--) {
    if (place % 2 === 1) {
      const span = spans[(place - 1) / 2]!
      span[0] = step
      if (span[1] === 0) span[1] = step + 1
    }
    place = cameFrom[step]![place]!
  }
  return spans
}
