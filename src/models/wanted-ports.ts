import type { Vocabulary, WantedPorts } from '../data/index.ts'
import type { Ports } from '../layers/index.ts'
import type { Model } from './model.ts'

/** A model's inputs by the names that data has for them: the only one is `x`, of several each has its own. */
export function inputsByData(inputs: Ports): ReadonlyMap<string, string> {
  const names = Object.keys(inputs)
  return new Map(names.map((name) => [names.length === 1 ? 'x' : name, name]))
}

/** What a model wants of data, by the names of its ports there. */
export function wantedPorts(model: Model): WantedPorts {
  const { inputs, targets, vocabularies = {} } = model
  const numbered = (name: string): { vocabulary?: Vocabulary } =>
    Object.hasOwn(vocabularies, name) ? { vocabulary: vocabularies[name]! } : {}
  const wanted = [...inputsByData(inputs)].map(
    ([given, name]) => [given, { ...inputs[name]!, ...numbered(given) }] as const,
  )
  return {
    ...Object.fromEntries(wanted),
    targets: { ...targets.targets, ...numbered('targets') },
    weights: { ...targets.weights, range: { from: 0, to: Number.MAX_VALUE } },
  }
}
