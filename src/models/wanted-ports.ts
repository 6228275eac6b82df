import type { WantedPort, WantedPorts } from '../data/index.ts'
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
  const wanted = Object.fromEntries(
    [...inputsByData(inputs)].map(([given, name]): [string, WantedPort] => {
      const port = inputs[name]!
      return [given, port.symbols !== undefined && vocabulary ? { ...port, vocabulary } : port]
    }),
  )
  const target = targets.targets
  return {
    ...wanted,
    targets: target.symbols !== undefined && vocabulary ? { ...target, vocabulary } : target,
    weights: { ...targets.weights, range: { from: 0, to: Number.MAX_VALUE } },
  }
}
