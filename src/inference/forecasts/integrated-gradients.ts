import type { Window } from '../../data/index.ts'
import type { Distribution, DistributionOf, Forecaster } from '../../models/index.ts'
import type { EngineOptions } from '../../runtime/index.ts'
import { tensor } from '../../tensor.ts'
import { backward, forward } from '../forward.ts'
import { directInputs } from './direct-inputs.ts'
import { unitsOf } from './said.ts'

/** Points on the way from the baseline to the window, each in the middle of its part of it; then both ends. */
const points = 64
const shares = [...Array.from({ length: points }, (_, p) => (p + 0.5) / points), 0, 1]

/** How far a number of the output is moved to see what the point does. */
const nudge = 1e-3

/**
 * Integrated gradients (Sundararajan et al. 2017, arXiv:1703.01365, equation 3) of the mean of a window's point forecast over what is read
 * along `source`, from the mean of each input over the context: `[source steps][columns]` in the units of the series, and the difference
 * that they sum up to.
 */
export async function integratedGradients(
  model: Forecaster,
  window: Window,
  engine: EngineOptions,
): Promise<{ readonly gradients: Float64Array; readonly difference: number }> {
  const { coding, rows, layer, parameters } = model
  const distributions = await model.loss.distributions()
  const { steps, columns } = rows.source!
  const read = directInputs(model, [window]).source.data
  const base = baseOf(read, steps, coding.segment)
  const inputs = directInputs(model, Array<Window>(shares.length).fill(window))
  const count = shares.length
  for (let at = 0; at < base.length; at++) {
    const [s, c] = [Math.floor(at / columns), at % columns]
    for (const [p, share] of shares.entries()) {
      inputs.source.data[(s * count + p) * columns + c] = base[at]! + share * (read[at]! - base[at]!)
    }
  }
  const { output } = await forward(layer, { parameters, inputs }, engine)
  const { unit, scale } = unitsOf(coding, window)
  const adjoint = adjointOf(model, output.data, count, distributions, scale)
  const { gradients } = await backward(layer, { parameters, inputs }, { output: tensor(adjoint, output.shape) }, engine)
  const slopes = gradients.inputs['source']!.data
  const found = Float64Array.from(base, (start, at) => {
    const [s, c] = [Math.floor(at / columns), at % columns]
    let sum = 0
    for (let p = 0; p < points; p++) sum += slopes[(s * count + p) * columns + c]!
    return (unit * (read[at]! - start) * sum) / points
  })
  const [from, to] = [points, points + 1].map((end) => meanPoint(model, output.data, end, count, distributions, scale))
  return { gradients: found, difference: unit * (to! - from!) }
}

/** The mean of each input over the context, at all of its steps: inputs stand in blocks of a segment. */
function baseOf(source: ArrayLike<number>, steps: number, segment: number): Float32Array {
  const columns = source.length / steps
  const base = new Float32Array(source.length)
  for (let block = 0; block < columns; block += segment) {
    let sum = 0
    for (let s = 0; s < steps; s++) for (let i = 0; i < segment; i++) sum += source[s * columns + block + i]!
    for (let s = 0; s < steps; s++)
      base.fill(sum / (steps * segment), s * columns + block, s * columns + block + segment)
  }
  return base
}

/** What is said of each step by one of several windows side by side. */
function* saidOf(
  { coding, rows, loss }: Forecaster,
  output: ArrayLike<number>,
  window: number,
  count: number,
): Generator<{ readonly row: Float64Array; readonly at: number; readonly from: number }> {
  const columns = rows.values * loss.perValue
  for (let h = 0; h < coding.horizon; h++) {
    const from = (Math.floor(h / rows.values) * count + window) * columns
    yield { row: Float64Array.from({ length: columns }, (_, i) => output[from + i]!), at: h % rows.values, from }
  }
}

function meanPoint(
  model: Forecaster,
  output: ArrayLike<number>,
  window: number,
  count: number,
  distributions: DistributionOf,
  scale: number,
): number {
  let sum = 0
  for (const { row, at } of saidOf(model, output, window, count))
    sum += distributions(row, at, model.rows.values, scale).point
  return sum / model.coding.horizon
}

/** The derivative of the mean point by each number of the output, by central differences: points follow from few numbers each. */
function adjointOf(
  model: Forecaster,
  output: ArrayLike<number>,
  count: number,
  distributions: DistributionOf,
  scale: number,
): Float32Array {
  const { rows, loss, coding } = model
  const adjoint = new Float32Array(output.length)
  const point = (row: Float64Array, at: number): Distribution['point'] =>
    distributions(row, at, rows.values, scale).point
  for (let window = 0; window < count; window++) {
    for (const { row, at, from } of saidOf(model, output, window, count)) {
      for (let k = 0; k < loss.perValue; k++) {
        const place = k * rows.values + at
        const value = row[place]!
        row[place] = value + nudge
        const above = point(row, at)
        row[place] = value - nudge
        const below = point(row, at)
        row[place] = value
        adjoint[from + place] = (above - below) / (2 * nudge) / coding.horizon
      }
    }
  }
  return adjoint
}
