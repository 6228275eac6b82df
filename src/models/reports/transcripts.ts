import type { Row, Vocabulary } from '../../data/index.ts'
import type { Judge, Report } from '../speaking.ts'
import { bootstrap } from './bootstrap.ts'
import { figuresText } from './figures-text.ts'
import { SymbolErrors, type WrongSequence } from './symbol-errors.ts'

type Interval = readonly [number, number]

/** How well a model hears what is said. */
export interface TranscriptReport extends Report {
  /** The share of sequences that are right from beginning to end. */
  readonly exact: number
  /** Its bounds with 95 % (bootstrap over sequences). */
  readonly exactInterval: Interval
  /** Symbols that must be put in, left out or replaced, as a share of those that are said. */
  readonly symbolErrorRate: number
  /** Its bounds with 95 % (bootstrap over sequences). */
  readonly symbolErrorRateInterval: Interval
  /** What is furthest from what is said, by symbols that are wrong. */
  readonly worst: readonly WrongSequence[]
}

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
  const errors = new SymbolErrors(
    is.map((ids, i) => ({ is: symbols(ids), said: symbols(said[i]!), right: ids.join() === said[i]!.join() })),
  )
  const all = Uint32Array.from(is.keys())
  const found = {
    exact: errors.exact(all),
    exactInterval: bootstrap(is.length, (chosen) => errors.exact(chosen)),
    symbolErrorRate: errors.rate(all),
    symbolErrorRateInterval: bootstrap(is.length, (chosen) => errors.rate(chosen)),
    worst: errors.worst((i) => ({ is: vocabulary.decode(is[i]!), said: vocabulary.decode(said[i]!) })),
  }
  return { ...found, figures: figuresOf(found), table: () => figuresText(figuresOf(found)) }
}

type Found = Omit<TranscriptReport, 'figures' | 'table'>

const figuresOf = ({ exact, exactInterval, symbolErrorRate, symbolErrorRateInterval }: Found): Report['figures'] => [
  { name: 'exact', value: exact, interval: exactInterval, share: true },
  { name: 'symbol errors', value: symbolErrorRate, interval: symbolErrorRateInterval, share: true },
]
