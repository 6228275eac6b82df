import { changeOf, normalisationOf, type CodedChannel, type Window, type WindowCoding } from '../../data/index.ts'
import { usualLevels, type Conformal, type Forecaster, type Output } from '../../models/index.ts'

/** How windows are said. */
export interface SayOptions {
  /** Steps ahead. */
  readonly horizon: number
  /** How often a step is drawn, where steps are drawn. */
  readonly paths: number
  readonly seed: number
}

/** What a model says of a window: in the units of its transform, and where it is settled in those of the series. */
export interface Said extends Window {
  /** By how much a conformal shift is multiplied. */
  readonly spread: number
  /** One number for each step. */
  readonly point: Float64Array
  /** The levels of the quantiles; none of a model that says one number and is not calibrated. */
  readonly levels: readonly number[]
  /** An array of steps for each level. */
  readonly quantiles: readonly Float64Array[]
}

/** What came in a window; where `missing` is not 0, nothing did. */
export interface Came {
  readonly actual: ArrayLike<number>
  readonly missing?: ArrayLike<number>
}

/** What came in so many steps from an origin on. */
export function cameIn({ coded, origin }: Window, horizon: number): Came {
  const { values, missing } = coded.channel
  return {
    actual: values.subarray(origin, origin + horizon),
    ...(missing && { missing: missing.subarray(origin, origin + horizon) }),
  }
}

/** What a model's numbers of a window become in the units of its transform: location + unit · number. */
export interface Units {
  readonly location: number
  readonly unit: number
  /** What is multiplied into counts, which are said in their own units. */
  readonly scale: number
  /** How far apart values of the window lie. */
  readonly spread: number
}

/** The units of a window. */
export function unitsOf(coding: WindowCoding, { coded, origin }: Window): Units {
  const { raw, scaleOf } = normalisationOf(coding.normalisation)
  const { location, scale } = scaleOf(coded.values, origin - coding.context, origin)
  if (raw) return { location: 0, unit: 1, scale, spread: scale }
  const { mean, deviation } = coding.channels[coded.number]!
  return { location: mean + deviation * location, unit: deviation * scale, scale, spread: deviation * scale }
}

/** The levels of an output, `says` being whether it tells any. */
export const levelsOf = ({ levels }: Output, says: boolean): readonly number[] => levels ?? (says ? usualLevels : [])

/** Keeps what is said of a channel as its values are: none below 0 where none was, whole where all were. */
function keep(coding: WindowCoding, { number }: CodedChannel, values: Float64Array): void {
  const { positive, whole } = coding.channels[number]!
  for (let i = 0; i < values.length; i++) {
    if (positive) values[i] = Math.max(0, values[i]!)
    if (whole) values[i] = Math.round(values[i]!)
  }
}

/** Moves quantiles by what was learnt of them, sees to it that they do not cross, and says all as the channel's values are. */
export function settled(
  model: Forecaster,
  said: Said,
  conformal: Pick<Conformal, 'levels' | 'shifts'> | undefined,
): Said {
  const { coding, loss } = model
  const { spread, point } = said
  const levels = conformal?.levels ?? said.levels
  const shift = (k: number, h: number): number => conformal?.shifts[k]![Math.min(h, coding.horizon - 1)] ?? 0
  // Who says one number is told by a calibration what lies around it.
  const quantiles = levels.map((_, k) =>
    Float64Array.from(said.quantiles[k] ?? point, (value, h) => value + spread * shift(k, h)),
  )
  for (let h = 0; quantiles.length > 0 && h < point.length; h++) {
    const sorted = quantiles.map((row) => row[h]!).sort((a, b) => a - b)
    quantiles.forEach((row, k) => (row[h] = sorted[k]!))
  }
  const result = inSeries(model, { ...said, levels, quantiles })
  for (const row of [result.point, ...result.quantiles]) keep(coding, said.coded, row)
  // Whoever says quantiles says their median as the point, also where it was moved.
  const median = loss.levels === undefined ? -1 : levels.indexOf(0.5)
  if (median >= 0) result.point.set(result.quantiles[median]!)
  return result
}

/** What is said, with its transform undone. */
export function inSeries({ coding }: Forecaster, said: Said): Said {
  const { inverse } = changeOf(coding, said.coded.number).transform
  const { point, quantiles, spread } = said
  const middle = point[0]!
  return {
    ...said,
    point: point.map(inverse),
    quantiles: quantiles.map((row) => row.map(inverse)),
    spread: (inverse(middle + spread) - inverse(middle - spread)) / 2,
  }
}
