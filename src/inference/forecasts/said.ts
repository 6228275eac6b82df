import { normalisationOf, type CodedChannel, type WindowCoding } from '../../data/index.ts'
import { usualLevels, type Forecaster } from '../../models/index.ts'

/** How windows are said. */
export interface SayOptions {
  /** Steps ahead. */
  readonly horizon: number
  /** How often a step is drawn, where steps are drawn. */
  readonly paths: number
  readonly seed: number
}

/** A window: a channel, and the first step that is not known. */
export interface Window {
  readonly coded: CodedChannel
  readonly origin: number
}

/** What a model says of a window, in the units of the series. */
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

/** What a model's numbers of a window become in the units of its series: location + unit · number. */
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

/** The levels that a model tells: those it was calibrated for, else those of its output. */
export const levelsOf = ({ loss, conformal }: Forecaster, says: boolean): readonly number[] =>
  conformal?.levels ?? loss.levels ?? (says ? usualLevels : [])

/** Keeps what is said of a channel as its values are: none below 0 where none was, whole where all were. */
function keep(coding: WindowCoding, { number }: CodedChannel, values: Float64Array): void {
  const { positive, whole } = coding.channels[number]!
  for (let i = 0; i < values.length; i++) {
    if (positive) values[i] = Math.max(0, values[i]!)
    if (whole) values[i] = Math.round(values[i]!)
  }
}

/** Moves quantiles by what was learnt of them, sees to it that they do not cross, and keeps all as the channel's values are. */
export function settle(model: Forecaster, said: Said): void {
  const { spread, quantiles } = said
  const { conformal, coding } = model
  if (conformal) {
    quantiles.forEach((row, k) => {
      for (let h = 0; h < row.length; h++) row[h]! += spread * conformal.shifts[k]![Math.min(h, coding.horizon - 1)]!
    })
  }
  keep(coding, said.coded, said.point)
  const [first] = quantiles
  if (!first) return
  for (let h = 0; h < first.length; h++) {
    const sorted = Float64Array.from(quantiles, (row) => row[h]!).sort()
    quantiles.forEach((row, k) => (row[h] = sorted[k]!))
  }
  for (const row of quantiles) keep(coding, said.coded, row)
  // Whoever says quantiles says their median as the point, also where it was moved.
  const median = model.loss.levels === undefined ? -1 : said.levels.indexOf(0.5)
  if (median >= 0) said.point.set(quantiles[median]!)
}
