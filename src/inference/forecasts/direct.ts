import { normalisationOf } from '../../data/index.ts'
import type { Distribution, DistributionOf, Forecaster } from '../../models/index.ts'
import type { EngineOptions } from '../../runtime/index.ts'
import { tensor } from '../../tensor.ts'
import { forward } from '../forward.ts'
import { levelsOf, unitsOf, type Said, type SayOptions, type Window } from './said.ts'

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
  const { scaleOf } = normalisationOf(coding.normalisation)
  const source = new Float32Array(rows.source!.steps * count * rows.source!.columns)
  const x = new Float32Array(rows.steps * count * rows.columns)
  windows.forEach(({ coded, origin }, b) => {
    const scale = scaleOf(coded.values, origin - coding.context, origin)
    rows.putSource!(coded, origin, scale, source, b, count)
    for (let t = 0; t < rows.steps; t++) rows.putStep(coded, origin, scale, t, x, (t * count + b) * rows.columns)
  })
  const { output } = await forward(
    layer,
    {
      parameters,
      inputs: {
        source: tensor(source, [rows.source!.steps, count, rows.source!.columns]),
        x: tensor(x, [rows.steps, count, rows.columns]),
      },
    },
    engine,
  )
  const columns = rows.values * loss.perValue
  return windows.map((window, b): Said => {
    const units = unitsOf(coding, window)
    const said = Array.from({ length: horizon }, (_, h): Distribution => {
      const at = (Math.floor(h / rows.values) * count + b) * columns
      return distributions(output.data.subarray(at, at + columns), h % rows.values, rows.values, units.scale)
    })
    const inUnits = (value: number): number => units.location + units.unit * value
    const levels = levelsOf(model, said[0]!.quantile !== undefined)
    return {
      ...window,
      spread: units.spread,
      point: Float64Array.from(said, ({ point }) => inUnits(point)),
      levels,
      quantiles: levels.map((level) =>
        Float64Array.from(said, ({ point, quantile }) => inUnits(quantile?.(level) ?? point)),
      ),
    }
  })
}
