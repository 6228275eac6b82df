import { constant, less, select, type Node } from '../graph/index.ts'
import type { ParameterLayout } from '../runtime/index.ts'
import type { Trained } from './trained.ts'

/** Parts of the parameters that learn at rates of their own, or not at all. */
export interface RateGroups {
  /** What the learning rate of each group is multiplied with. */
  readonly factors: readonly number[]
  /** The number of its group for each float of all parameters; `frozen` for those that stay as they are. */
  readonly of: Float32Array
}

const frozen = -1

/** The groups, where there is more than one. */
export function rateGroups(trained: Trained, layout: ParameterLayout): RateGroups | undefined {
  if (trained.frozen.size === 0 && trained.rates.size === 0) return undefined
  const factors = [...new Set([1, ...trained.rates.values()])]
  const of = new Float32Array(layout.floats)
  layout.fill(of, (name) => (trained.frozen.has(name) ? frozen : factors.indexOf(trained.rates.get(name) ?? 1)))
  return { factors, of }
}

/** Of values, one for each group, that of each float's own. */
export const ofGroup = (group: Node, values: readonly Node[]): Node =>
  values.reduceRight((rest, value, i) => select(less(group, constant(i + 0.5)), value, rest))

/** `next` where a float is trained, else `old`. */
export const whereTrained = (group: Node, next: Node, old: Node): Node =>
  select(less(group, constant(frozen + 0.5)), old, next)
