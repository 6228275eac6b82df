import type { Label } from '../../data/index.ts'
import { tableText } from './table-text.ts'

/** How well one label is told from the others. */
export interface LabelReport<Name extends Label = Label> {
  /** Whose numbers these are. */
  readonly label: Name
  /** Of those said to be it, the share that are. */
  readonly precision: number
  /** Of those that are it, the share said to be. */
  readonly recall: number
  /** 2 · precision · recall ÷ (precision + recall), 0 where nothing is right. */
  readonly f1: number
  /** How many are it. */
  readonly count: number
}

/** 2 · right ÷ (said + count): the F1 of what was said so often, and so often is. */
export const f1Of = (right: number, said: number, count: number): number =>
  right > 0 ? (2 * right) / (said + count) : 0

/** What is told of a label by how often it was said, is, and both. */
export const scoresOf = (right: number, said: number, count: number): Omit<LabelReport, 'label'> => ({
  precision: said > 0 ? right / said : 0,
  recall: count > 0 ? right / count : 0,
  f1: f1Of(right, said, count),
  count,
})

/** The mean of the F1 of labels that there are any of. */
export function macroOf(scores: readonly Pick<LabelReport, 'f1' | 'count'>[]): number {
  const there = scores.filter(({ count }) => count > 0)
  return there.reduce((sum, { f1 }) => sum + f1, 0) / there.length
}

export const shareText = (value: number): string => `${(100 * value).toFixed(1)} %`

/** `accuracy 93.0 % (95 %: 91.2 % to 94.9 %)`, and what else is to be said. */
export const figureText = (name: string, value: number, [from, to]: readonly [number, number], more = ''): string =>
  `${name} ${shareText(value)} (95 %: ${shareText(from)} to ${shareText(to)}${more})`

/** Labels that are shown. */
const mostShown = 60

/** A line for each label; of very many, the most frequent. */
export function labelsText(byLabel: readonly LabelReport[]): string[] {
  const frequent = new Set([...byLabel].sort((a, b) => b.count - a.count).slice(0, mostShown))
  const rows = byLabel
    .filter((one) => frequent.has(one))
    .map(({ label, precision, recall, f1, count }) => [
      String(label),
      shareText(precision),
      shareText(recall),
      shareText(f1),
      String(count),
    ])
  return [
    tableText([['label', 'precision', 'recall', 'F1', 'count'], ...rows]),
    ...(rows.length < byLabel.length ? [`… ${byLabel.length - rows.length} rarer labels`] : []),
  ]
}
