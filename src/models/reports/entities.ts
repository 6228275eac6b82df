import type { Label } from '../../data/index.ts'
import { spansOf } from '../spans.ts'
import { bootstrap } from './bootstrap.ts'
import { scoresOf } from './label-report.ts'

/** How well spans of a type are found: where both ends and the type are right. */
export interface EntityScores {
  /** Of the spans that were said, the share that are right; 0 where none was said. */
  readonly precision: number
  /** Of the spans that are there, the share that was found; 0 where there are none. */
  readonly recall: number
  /** 2 · precision · recall ÷ (precision + recall), 0 where nothing is right. */
  readonly f1: number
  /** How many there are. */
  readonly count: number
}

/** How well the spans that labels mark are found (as in CoNLL-2003: Tjong Kim Sang & De Meulder). */
export interface EntityReport extends EntityScores {
  /** The bounds of `f1` with 95 % (bootstrap over sequences). */
  readonly f1Interval: readonly [number, number]
  /** The same for each type that is there or was said, such as `PER`. */
  readonly byType: Readonly<Record<string, EntityScores>>
}

/** Spans of a sequence, or of many: right ones, those that were said, those that are. */
type Counts = readonly [right: number, said: number, are: number]

/** Holds the spans of what was said against those that are, sequence by sequence. */
export function entityReport(is: readonly (readonly Label[])[], said: readonly (readonly Label[])[]): EntityReport {
  const counts = is.map((labels, i) => countsOf(labels, said[i]!))
  const types = [...new Set(counts.flatMap((one) => [...one.keys()]))].sort()
  const totals = counts.map((one) => sum([...one.values()]))
  const f1Of = (drawn: Uint32Array): number => scores(sum(Array.from(drawn, (i) => totals[i]!))).f1
  return {
    ...scores(sum(totals)),
    f1Interval: bootstrap(is.length, f1Of),
    byType: Object.fromEntries(
      types.map((type) => [type, scores(sum(counts.map((one) => one.get(type) ?? [0, 0, 0])))]),
    ),
  }
}

function countsOf(is: readonly Label[], said: readonly Label[]): Map<string, Counts> {
  const counts = new Map<string, Counts>()
  const count = (type: string, by: Counts): void => void counts.set(type, sum([counts.get(type) ?? [0, 0, 0], by]))
  const are = new Set<string>()
  for (const { type, from, to } of spansOf(is)) {
    are.add(`${from} ${to} ${type}`)
    count(type, [0, 0, 1])
  }
  for (const { type, from, to } of spansOf(said)) count(type, [are.has(`${from} ${to} ${type}`) ? 1 : 0, 1, 0])
  return counts
}

const sum = (all: readonly Counts[]): Counts =>
  all.reduce((a, b): Counts => [a[0] + b[0], a[1] + b[1], a[2] + b[2]], [0, 0, 0])

const scores = ([right, said, are]: Counts): EntityScores => scoresOf(right, said, are)
