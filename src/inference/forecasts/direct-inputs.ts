import { normalisationOf, type Window } from '../../data/index.ts'
import type { Forecaster } from '../../models/index.ts'
import { tensor, type Tensor } from '../../tensor.ts'

/** What a model that says its whole horizon at once is given of windows side by side: `[steps, windows, columns]` each. */
export function directInputs({ coding, rows }: Forecaster, windows: readonly Window[]): Record<'source' | 'x', Tensor> {
  const count = windows.length
  const { scaleOf } = normalisationOf(coding.normalisation)
  const { steps, columns } = rows.source!
  const source = new Float32Array(steps * count * columns)
  const x = new Float32Array(rows.steps * count * rows.columns)
  windows.forEach(({ coded, origin }, b) => {
    const scale = scaleOf(coded.values, origin - coding.context, origin)
    rows.putSource!(coded, origin, scale, source, b, count)
    for (let t = 0; t < rows.steps; t++) rows.putStep(coded, origin, scale, t, x, (t * count + b) * rows.columns)
  })
  return { source: tensor(source, [steps, count, columns]), x: tensor(x, [rows.steps, count, rows.columns]) }
}
