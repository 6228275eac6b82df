import type { Row } from '../../data/index.ts'
import { logSum } from './log-sum.ts'
import type { Labelling } from './loss.ts'
import { largestOf } from './probabilities.ts'

/** The likeliest label sequences for rows of classes, best first: those among what a beam follows, with their exact probability. */
export function decodeCtc(
  rows: readonly Row[],
  blank: number,
  { beam, best }: { readonly beam: number; readonly best: number },
): Labelling[] {
  const logs = rows.map((row) => {
    const all = logSum(row)
    return Float64Array.from(row, (value) => value - all)
  })
  const width = Math.max(beam, best)
  const found = width === 1 ? [collapsed(logs.map(largestOf), blank)] : prefixes(logs, blank, width)
  return found
    .slice(0, best)
    .map((labels): Labelling => ({ labels, logProbability: logProbabilityOf(logs, labels, blank) }))
    .sort((a, b) => b.logProbability - a.logProbability)
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
  const [low, high] = a < b ? [a, b] : [b, a]
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high))
}

/** The log probability of a label sequence: the sum over all its ways along the steps (Graves et al. 2006, section 4.1). */
function logProbabilityOf(logs: readonly Float64Array[], labels: readonly number[], blank: number): number {
  // Blanks before, between and behind the labels.
  const path = labels.flatMap((label) => [blank, label]).concat(blank)
  // Before the first step it stands at the first blank.
  let sums = path.map((_, s) => (s === 0 ? 0 : -Infinity))
  for (const row of logs) {
    const from = (s: number): number => sums[s] ?? -Infinity
    sums = path.map((label, s) => {
      const skips = s >= 2 && label !== blank && label !== path[s - 2]
      return row[label]! + logAdd(logAdd(from(s), from(s - 1)), skips ? from(s - 2) : -Infinity)
    })
  }
  return logSum(labels.length === 0 ? [sums[0]!] : sums.slice(-2))
}
