import { stepsOf, valueAt, type LabelledSequence, type Labels } from '../data/index.ts'
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
  if (given !== 'balanced') {
    checkNames(`${owner}: classWeights`, given, names.map(String))
    return names.map((name) => given[String(name)] ?? 1)
  }
  const counts = names.map(() => 0)
  for (const { target } of items) {
    for (let step = 0; step < stepsOf(target); step++) counts[valueAt(target, { step, column: 0 }) as number]!++
  }
  const all = counts.reduce((a, b) => a + b, 0)
  // Of data without a label, its weight moves nothing.
  return counts.map((count) => all / (names.length * Math.max(1, count)))
}
