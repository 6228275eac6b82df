import type { Labelled, Tensor } from 'unrolled'
import type { BesideReport } from './comparison.ts'

/** What always saying of each word the label that it has most often reaches; of words that are new, that of rare ones. */
export function mostFrequentLabels(data: Labelled, held: Labelled): BesideReport {
  const names = data.labels!.names
  const counts = new Map<number, number[]>()
  const all = names.map(() => 0)
  for (const [word, label] of labelledWords(data)) {
    const own = counts.get(word) ?? names.map(() => 0)
    counts.set(word, own)
    own[label]!++
    all[label]!++
  }
  const [is, said, right] = [names.map(() => 0), names.map(() => 0), names.map(() => 0)]
  let total = 0
  for (const [word, label] of labelledWords(held)) {
    const own = counts.get(word) ?? all
    const told = own.indexOf(Math.max(...own))
    is[label]!++
    said[told]!++
    if (told === label) right[label]!++
    total++
  }
  const f1s = names.flatMap((_, i) => (is[i] === 0 ? [] : [(2 * right[i]!) / (is[i]! + said[i]!)]))
  const mean = (values: readonly number[], of: number): number => values.reduce((sum, value) => sum + value, 0) / of
  return {
    figures: [
      { name: 'accuracy', value: mean(right, total), share: true },
      { name: 'macro F1', value: mean(f1s, f1s.length), share: true },
    ],
    worst: [],
  }
}

/** The number of each word, which is the first of its row, and that of its label. */
const labelledWords = ({ items, columns }: Labelled): (readonly [word: number, label: number])[] =>
  items.flatMap(({ x, target }) =>
    Array.from(target as Float32Array, (label, t) => [(x as Tensor).data[t * columns]!, label] as const),
  )
