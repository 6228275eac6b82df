import type { WantedPorts } from '../data/index.ts'
import type { Ports } from '../layers/index.ts'
import type { LanguageModel } from './language-model.ts'
import type { Model } from './model.ts'

/** A model's inputs by the names that data has for them: the only one is `x`, of several each has its own. */
export function inputsByData(inputs: Ports): ReadonlyMap<string, string> {
  const names = Object.keys(inputs)
  return new Map(names.map((name) => [names.length === 1 ? 'x' : name, name]))
}

/** What a model wants of data, by the names of its ports there. */
export function wantedPorts(model: Model): WantedPorts {
  const { inputs, targets } = model
  const { vocabulary } = model as Partial<LanguageModel>
  // All that goes into a model of language, and all it is held against, are symbols.
  const numbered = vocabulary && { vocabulary }
  const wanted = [...inputsByData(inputs)].map(([given, name]) => [given, { ...inputs[name]!, ...numbered }] as const)
  return {
    ...Object.fromEntries(wanted),
    targets: { ...targets.targets, ...numbered },
    weights: { ...targets.weights, range: { from: 0, to: Number.MAX_VALUE } },
  }
}
