import { normalisationOf } from '../../data/index.ts'
import type { Distribution, DistributionOf, Forecaster } from '../../models/index.ts'
import type { EngineOptions } from '../../runtime/index.ts'
import { tensor } from '../../tensor.ts'
import { backward, forward } from '../forward.ts'
import { unitsOf, type Window } from './said.ts'

/** Points on the way from the baseline to the window. */
const points = 64

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
  const read = readOf(model, window)
  const base = baseOf(read.source, steps, coding.segment)
  const source = new Float32Array(steps * points * columns)
  const x = new Float32Array(rows.steps * points * rows.columns)
  for (let p = 0; p < points; p++) {
    // The middle of each part of the way.
    const share = (p + 0.5) / points
    for (let s = 0; s < steps; s++) {
      for (let c = 0; c < columns; c++) {
        const at = s * columns + c
        source[(s * points + p) * columns + c] = base[at]! + share * (read.source[at]! - base[at]!)
      }
    }
    for (let t = 0; t < rows.steps; t++)
      x.set(read.x.subarray(t * rows.columns, (t + 1) * rows.columns), (t * points + p) * rows.columns)
  }
  const inputs = {
    source: tensor(source, [steps, points, columns]),
    x: tensor(x, [rows.steps, points, rows.columns]),
  }
  const { output } = await forward(layer, { parameters, inputs }, engine)
  const { unit, scale } = unitsOf(coding, window)
  const adjoint = adjointOf(model, output.data, points, distributions, scale)
  const { gradients } = await backward(layer, { parameters, inputs }, { output: tensor(adjoint, output.shape) }, engine)
  const found = new Float64Array(steps * columns)
  const slopes = gradients.inputs['source']!.data
  for (let at = 0; at < found.length; at++) {
    const [s, c] = [Math.floor(at / columns), at % columns]
    let sum = 0
    for (let p = 0; p < points; p++) sum += slopes[(s * points + p) * columns + c]!
    found[at] = (unit * (read.source[at]! - base[at]!) * sum) / points
  }
  const ends = await Promise.all(
    [base, read.source].map(async (one) => {
      const { output } = await forward(
        layer,
        {
          parameters,
          inputs: {
            source: tensor(Float32Array.from(one), [steps, 1, columns]),
            x: tensor(read.x, [rows.steps, 1, rows.columns]),
          },
        },
        engine,
      )
      return unit * meanPoint(model, output.data, 0, 1, distributions, scale)
    }),
  )
  return { gradients: found, difference: ends[1]! - ends[0]! }
}

function readOf({ coding, rows }: Forecaster, { coded, origin }: Window): { source: Float32Array; x: Float32Array } {
  const scale = normalisationOf(coding.normalisation).scaleOf(coded.values, origin - coding.context, origin)
  const source = new Float32Array(rows.source!.steps * rows.source!.columns)
  const x = new Float32Array(rows.steps * rows.columns)
  rows.putSource!(coded, origin, scale, source, 0, 1)
  for (let t = 0; t < rows.steps; t++) rows.putStep(coded, origin, scale, t, x, t * rows.columns)
  return { source, x }
}

/** The mean of each input over the context, at all of its steps: inputs stand in blocks of a segment. */
function baseOf(source: Float32Array, steps: number, segment: number): Float32Array {
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
