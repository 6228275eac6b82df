import type { Row, Vocabulary } from '../../data/index.ts'
import type { Judge, Report } from '../speaking.ts'
import { bootstrap } from './bootstrap.ts'
import { edits } from './edits.ts'
import { tableText } from './table-text.ts'

type Interval = readonly [number, number]

/** How well a model hears what is said. */
export interface TranscriptReport extends Report {
  /** The share of sequences that are right from beginning to end. */
  readonly exact: number
  readonly exactInterval: Interval
  /** Symbols that must be put in, left out or replaced, as a share of those that are said. */
  readonly symbolErrorRate: number
  readonly symbolErrorRateInterval: Interval
  /** What is furthest from what is said, by symbols that are wrong. */
  readonly worst: readonly {
    readonly index: number
    readonly is: string
    readonly said: string
    /** Symbols that must be put in, left out or replaced. */
    readonly edits: number
  }[]
}

/** How many of the worst examples are named. */
const mostWorst = 10

/** Judges label sequences, which targets hold in front of their blanks, the number behind those of all symbols. */
export function transcriptJudge(vocabulary: Vocabulary): Judge<TranscriptReport> {
  const is: number[][] = []
  const said: (readonly number[])[] = []
  return {
    take(_, target: Row, decoded) {
      const labels = Array.from(target)
      const end = labels.indexOf(vocabulary.size)
      is.push(end < 0 ? labels : labels.slice(0, end))
      said.push(decoded!.labels!)
    },
    report: () => reportOf(vocabulary, is, said),
  }
}

function reportOf(
  vocabulary: Vocabulary,
  is: readonly (readonly number[])[],
  said: readonly (readonly number[])[],
): TranscriptReport {
  const symbols = (ids: readonly number[]): string[] => ids.map((id) => vocabulary.symbols[id]!)
  const wrong = is.map((ids, i) => edits(symbols(ids), symbols(said[i]!)))
  const exactOf = (chosen: Uint32Array): number => sum(chosen, (i) => (wrong[i] === 0 ? 1 : 0)) / chosen.length
  const rateOf = (chosen: Uint32Array): number =>
    sum(chosen, (i) => wrong[i]!) /
    Math.max(
      1,
      sum(chosen, (i) => is[i]!.length),
    )
  const all = Uint32Array.from(is.keys())
  const found = {
    exact: exactOf(all),
    exactInterval: bootstrap(is.length, exactOf),
    symbolErrorRate: rateOf(all),
    symbolErrorRateInterval: bootstrap(is.length, rateOf),
    worst: Array.from(all)
      .filter((i) => wrong[i]! > 0)
      .sort((a, b) => wrong[b]! - wrong[a]! || a - b)
      .slice(0, mostWorst)
      .map((index) => ({
        index,
        is: vocabulary.decode(is[index]!),
        said: vocabulary.decode(said[index]!),
        edits: wrong[index]!,
      })),
  }
  return { ...found, figures: figuresOf(found), table: () => textOf(found) }
}

const sum = (chosen: Uint32Array, of: (index: number) => number): number => chosen.reduce((all, i) => all + of(i), 0)

type Found = Omit<TranscriptReport, 'figures' | 'table'>

const figuresOf = ({ exact, exactInterval, symbolErrorRate, symbolErrorRateInterval }: Found): Report['figures'] => [
  { name: 'exact', value: exact, interval: exactInterval, share: true },
  { name: 'symbol errors', value: symbolErrorRate, interval: symbolErrorRateInterval, share: true },
]

const share = (value: number): string => `${(100 * value).toFixed(1)} %`

const textOf = (found: Found): string =>
  tableText([
    ['', 'found', '95 %'],
    ...figuresOf(found).map(({ name, value, interval: [from, to] }) => [
      name,
      share(value),
      `${share(from)} to ${share(to)}`,
    ]),
  ])
