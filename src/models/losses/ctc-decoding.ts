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
    .map((labels): Labelling => ({ labels, logProbability: logProbabilityOf(logs, labels, blank) }))
    .sort((a, b) => b.logProbability - a.logProbability)
    .slice(0, best)
}

/** What a class at each step says: a class that goes on is said once, the blank says nothing. */
const collapsed = (path: readonly number[], blank: number): number[] =>
  path.filter((label, t) => label !== blank && label !== path[t - 1])

/** Labels said so far, and the log probabilities of all ways to have said them that end in a blank, or in the last of them. */
interface Prefix {
  readonly labels: readonly number[]
  readonly last: number | undefined
  readonly further: Map<number, Prefix>
  silent: number
  said: number
}

const prefixOf = (labels: readonly number[]): Prefix => ({
  labels,
  last: labels.at(-1),
  further: new Map(),
  silent: -Infinity,
  said: -Infinity,
})

/** The likeliest prefixes after the last step, of which so many are followed at each (Hannun et al. 2014, algorithm 1). */
function prefixes(logs: readonly Float64Array[], blank: number, width: number): (readonly number[])[] {
  const nothing = prefixOf([])
  nothing.silent = 0
  let followed = [nothing]
  for (const row of logs) {
    const reached = new Set<Prefix>()
    const gains = new Map<Prefix, { silent: number; said: number }>()
    const gain = (prefix: Prefix, way: 'silent' | 'said', value: number): void => {
      const sums = gains.get(prefix) ?? { silent: -Infinity, said: -Infinity }
      sums[way] = logSum([sums[way], value])
      gains.set(prefix, sums)
      reached.add(prefix)
    }
    for (const prefix of followed) {
      const { silent, said, last } = prefix
      const either = logSum([silent, said])
      row.forEach((p, label) => {
        if (label === blank) return gain(prefix, 'silent', either + p)
        // The same label again is a new one only behind a blank.
        if (label === last) gain(prefix, 'said', said + p)
        const more = (label === last ? silent : either) + p
        if (more > -Infinity) gain(extended(prefix, label), 'said', more)
      })
    }
    for (const prefix of reached) Object.assign(prefix, gains.get(prefix))
    const all = [...reached].map((prefix) => ({ prefix, value: logSum([prefix.silent, prefix.said]) }))
    followed = all
      .sort((a, b) => b.value - a.value)
      .slice(0, width)
      .map(({ prefix }) => prefix)
  }
  return followed.map(({ labels }) => labels)
}

/** The prefix with one label more: the same for all who reach it. */
function extended(prefix: Prefix, label: number): Prefix {
  const known = prefix.further.get(label)
  if (known) return known
  const made = prefixOf([...prefix.labels, label])
  prefix.further.set(label, made)
  return made
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
      return row[label]! + logSum([from(s), from(s - 1), skips ? from(s - 2) : -Infinity])
    })
  }
  return logSum(labels.length === 0 ? [sums[0]!] : sums.slice(-2))
}
