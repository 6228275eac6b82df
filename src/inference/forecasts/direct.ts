import { changeOf, levelsAhead, type Window } from '../../data/index.ts'
import type { Distribution, DistributionOf, Forecaster } from '../../models/index.ts'
import type { EngineOptions } from '../../runtime/index.ts'
import { forward } from '../forward.ts'
import { directInputs } from './direct-inputs.ts'
import { levelsOf, unitsOf, type Said, type SayOptions } from './said.ts'

/** What a model that says the whole horizon at once says of some windows side by side, before it is settled. */
export async function sayDirectly(
  model: Forecaster,
  windows: readonly Window[],
  distributions: DistributionOf,
  { horizon }: SayOptions,
  engine: EngineOptions,
): Promise<Said[]> {
  const { coding, rows, layer, parameters, loss } = model
  const count = windows.length
  const { output } = await forward(layer, { parameters, inputs: directInputs(model, windows) }, engine)
  const columns = rows.values * loss.perValue
  return windows.map((window, b): Said => {
    const units = unitsOf(coding, window)
    const said = Array.from({ length: horizon }, (_, h): Distribution => {
      const at = (Math.floor(h / rows.values) * count + b) * columns
      return distributions(output.data.subarray(at, at + columns), h % rows.values, rows.values, units.scale)
    })
    const change = changeOf(coding, window.coded.number)
    const levelsOfSteps = (values: (one: Distribution) => number): Float64Array =>
      levelsAhead(
        change,
        window.coded.channel,
        window.origin,
        Float64Array.from(said, (one) => units.location + units.unit * values(one)),
      )
    const levels = levelsOf(loss, said[0]!.quantile !== undefined)
    return {
      ...window,
      spread: units.spread,
      point: levelsOfSteps(({ point }) => point),
      levels,
      quantiles: levels.map((level) => levelsOfSteps(({ point, quantile }) => quantile?.(level) ?? point)),
    }
  })
}
