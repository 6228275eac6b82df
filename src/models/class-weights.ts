import { stepsOf, valueAt, type Label, type LabelledSequence, type Labels, type Row } from '../data/index.ts'
import { checkNames } from '../options.ts'

/** How much each label counts, by its name; all count 1. `'balanced'`: each in inverse proportion to how often it is met. */
export type ClassWeights = Readonly<Record<string, number>> | 'balanced'

/** A weight for each label, in their order; targets of the items are their numbers. */
export function weightsOf(
  owner: string,
  given: ClassWeights,
  { names }: Labels,
  items: readonly Pick<LabelledSequence, 'target'>[],
): number[] {
  if (given !== 'balanced') return weightsByName(owner, given, names)
  const counts = names.map(() => 0)
  for (const { target } of items) {
    for (let step = 0; step < stepsOf(target); step++) counts[valueAt(target, { step, column: 0 }) as number]!++
  }
  const all = counts.reduce((a, b) => a + b, 0)
  // Of data without a label, its weight moves nothing.
  return counts.map((count) => all / (names.length * Math.max(1, count)))
}

/** How much it counts that each label is there, against that it is not, where a sequence may have several. */
export function positiveWeightsOf(
  owner: string,
  given: ClassWeights,
  { names }: Labels,
  items: readonly Pick<LabelledSequence, 'target'>[],
): number[] {
  if (given !== 'balanced') return weightsByName(owner, given, names)
  return names.map((_, label) => {
    const there = items.reduce((sum, { target }) => sum + (target as Row)[label]!, 0)
    return (items.length - there) / Math.max(1, there)
  })
}

function weightsByName(owner: string, given: Readonly<Record<string, number>>, names: readonly Label[]): number[] {
  checkNames(`${owner}: classWeights`, given, names.map(String))
  return names.map((name) => given[String(name)] ?? 1)
}
