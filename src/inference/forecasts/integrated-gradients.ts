import { changeOf, levelsAhead, type Window } from '../../data/index.ts'
import type { DistributionOf, Forecaster } from '../../models/index.ts'
import type { EngineOptions } from '../../runtime/index.ts'
import { tensor } from '../../tensor.ts'
import { backward, forward } from '../forward.ts'
import { directInputs } from './direct-inputs.ts'
import { unitsOf, type Units } from './said.ts'

/** Points on the way from the baseline to the window, each in the middle of its part of it; then both ends. */
const points = 256
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
  const calendar = window.coded.known.length - coding.known.length
  const base = baseOf(read, steps, coding.segment, calendar)
  const inputs = directInputs(model, Array<Window>(shares.length).fill(window))
  const count = shares.length
  for (let at = 0; at < base.length; at++) {
    const [s, c] = [Math.floor(at / columns), at % columns]
    for (const [p, share] of shares.entries()) {
      inputs.source.data[(s * count + p) * columns + c] = base[at]! + share * (read[at]! - base[at]!)
    }
  }
  const { output } = await forward(layer, { parameters, inputs }, engine)
  const asked: Asked = { model, window, distributions, units: unitsOf(coding, window) }
  const adjoint = adjointOf(asked, output.data, count)
  const { gradients } = await backward(layer, { parameters, inputs }, { output: tensor(adjoint, output.shape) }, engine)
  const slopes = gradients.inputs['source']!.data
  const found = Float64Array.from(base, (start, at) => {
    const [s, c] = [Math.floor(at / columns), at % columns]
    let sum = 0
    for (let p = 0; p < points; p++) sum += slopes[(s * count + p) * columns + c]!
    return ((read[at]! - start) * sum) / points
  })
  const { inverse } = changeOf(coding, window.coded.number).transform
  const [from, to] = [points, points + 1].map(
    (end) =>
      levelsSaid(asked, output.data, end, count).reduce((sum, level) => sum + inverse(level), 0) / coding.horizon,
  )
  return { gradients: found, difference: to! - from! }
}

/**
 * The mean of each input over the context, at all of its steps: inputs stand in blocks of a segment, values first. The calendar, which comes
 * next, is as it is: nothing else could have stood there.
 */
function baseOf(source: ArrayLike<number>, steps: number, segment: number, calendar: number): Float32Array {
  const columns = source.length / steps
  const base = Float32Array.from(source)
  for (let block = 0; block < columns; block += segment) {
    if (block > 0 && block <= calendar * segment) continue
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

/** Of whom it is asked what, and what turns numbers into values. */
interface Asked {
  readonly model: Forecaster
  readonly window: Window
  readonly distributions: DistributionOf
  readonly units: Units
}

/** What one of several says of each step, in the units of the transform. */
function levelsSaid(
  { model, window: { coded, origin }, distributions, units: { location, unit, scale } }: Asked,
  output: ArrayLike<number>,
  which: number,
  count: number,
): Float64Array {
  const said = Float64Array.from(
    saidOf(model, output, which, count),
    ({ row, at }) => location + unit * distributions(row, at, model.rows.values, scale).point,
  )
  return levelsAhead(changeOf(model.coding, coded.number), coded.channel, origin, said)
}

/** By how much the mean of the values moves with what is said of each step, of levels said. */
function slopesOf({ model, window }: Asked, levels: Float64Array): Float64Array {
  const { transform, lag } = changeOf(model.coding, window.coded.number)
  const { inverse } = transform
  const slopes = levels.map((level) => {
    const step = nudge * Math.max(1, Math.abs(level))
    return (inverse(level + step) - inverse(level - step)) / (2 * step) / levels.length
  })
  // A change is in all that comes `lag` steps behind it.
  if (lag > 0) for (let h = levels.length - 1; h >= lag; h--) slopes[h - lag]! += slopes[h]!
  return slopes
}

/** The derivative of the mean by each number of the output, by central differences: points follow from few numbers each. */
function adjointOf(asked: Asked, output: ArrayLike<number>, count: number): Float32Array {
  const { model, distributions, units } = asked
  const { rows, loss } = model
  const adjoint = new Float32Array(output.length)
  const point = (row: Float64Array, at: number): number => distributions(row, at, rows.values, units.scale).point
  for (let which = 0; which < count; which++) {
    const slopes = slopesOf(asked, levelsSaid(asked, output, which, count))
    let h = 0
    for (const { row, at, from } of saidOf(model, output, which, count)) {
      const slope = units.unit * slopes[h++]!
      for (let k = 0; k < loss.perValue; k++) {
        const place = k * rows.values + at
        const value = row[place]!
        row[place] = value + nudge
        const above = point(row, at)
        row[place] = value - nudge
        const below = point(row, at)
        row[place] = value
        adjoint[from + place] = (slope * (above - below)) / (2 * nudge)
      }
    }
  }
  return adjoint
}
