import type { DataSet, Series } from '../../data/index.ts'
import { UnrolledError } from '../../error.ts'
import type { Forecaster } from '../../models/index.ts'
import { engineOf } from '../../runtime/index.ts'
import { evaluation, type EvaluationOptions, type Fit } from '../evaluation.ts'
import { windowsIn } from './origins.ts'
import type { Said } from './said.ts'
import { say } from './say.ts'

/** How often what came lay within an interval. */
export interface Coverage {
  /** The share of all values that it is meant to hold. */
  readonly share: number
  /** The share that it held, over all steps and at each step ahead. */
  readonly held: number
  readonly steps: readonly number[]
}

/** How well a forecaster says what came, at every origin of some series. */
export interface ForecastReport {
  /** Windows that it was asked of. */
  readonly windows: number
  /** Mean absolute error and root mean square error, in the units of the series, over all of them together. */
  readonly mae: number
  readonly rmse: number
  /** Of the intervals that the model tells, from the narrowest to the widest. */
  readonly coverage: readonly Coverage[]
  /** All of it as text, coverage at each step. */
  table(): string
}

/** What `evaluate` says of a forecaster. */
export async function evaluationOfForecasts(
  model: Forecaster,
  data: DataSet,
  options: EvaluationOptions,
): Promise<Fit & ForecastReport> {
  if ((data as Partial<Series>)?.kind !== 'series') {
    throw new UnrolledError('data', 'evaluate: a forecaster is measured by series: await series(table, …)')
  }
  const { progress } = options
  const half = (from: number) => (share: number) => progress?.(from + share / 2)
  const fit = (await evaluation(model, data, { ...options, ...(progress && { progress: half(0) }) })) as Fit
  const windows = windowsIn(model, data as Series, 'evaluate')
  const said = await say(model, windows, engineOf(options), { ...(progress && { progress: half(0.5) }) })
  return { ...fit, ...reportOf(said, model.coding.horizon) }
}

function reportOf(all: readonly Said[], horizon: number): ForecastReport {
  const { levels } = all[0]!
  let [absolute, square, count] = [0, 0, 0]
  for (const { coded, origin, point } of all) {
    const { values, missing } = coded.channel
    for (let h = 0; h < horizon; h++) {
      if (missing && missing[origin + h] !== 0) continue
      const error = values[origin + h]! - point[h]!
      absolute += Math.abs(error)
      square += error * error
      count++
    }
  }
  const coverage = pairsOf(levels).map(({ low, high, share }) => coverageOf(all, horizon, { low, high, share }))
  const report = { windows: all.length, mae: absolute / count, rmse: Math.sqrt(square / count), coverage }
  return { ...report, table: () => tableOf(report) }
}

interface Interval {
  /** Numbers of the levels that bound it. */
  readonly low: number
  readonly high: number
  readonly share: number
}

/** Levels that lie as far from 0 as from 1, the innermost first. */
function pairsOf(levels: readonly number[]): Interval[] {
  return levels
    .flatMap((level, low) => {
      const high = levels.findIndex((other) => Math.abs(other - (1 - level)) < 1e-9)
      return level < 0.5 && high >= 0 ? [{ low, high, share: Math.round((1 - 2 * level) * 1e9) / 1e9 }] : []
    })
    .reverse()
}

function coverageOf(all: readonly Said[], horizon: number, { low, high, share }: Interval): Coverage {
  let [within, seen] = [0, 0]
  const steps = Array.from({ length: horizon }, (_, h) => {
    let [here, there] = [0, 0]
    for (const { coded, origin, quantiles } of all) {
      const { values, missing } = coded.channel
      if (missing && missing[origin + h] !== 0) continue
      const value = values[origin + h]!
      here += Number(value >= quantiles[low]![h]! && value <= quantiles[high]![h]!)
      there++
    }
    within += here
    seen += there
    return here / there
  })
  return { share, held: within / seen, steps }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8)

function tableOf({ windows, mae, rmse, coverage }: Omit<ForecastReport, 'table'>): string {
  const head = `${windows} windows · mean absolute error ${mae.toPrecision(4)} · root mean square error ${rmse.toPrecision(4)}`
  if (coverage.length === 0) return `${head}\nthe model tells no intervals; calibrate(model, series) gives it such`
  const lines = coverage[0]!.steps.map(
    (_, h) => `${String(h + 1).padStart(5)}${coverage.map(({ steps }) => percent(steps[h]!)).join('')}`,
  )
  return [
    head,
    `within${coverage
      .map(({ share }) => percent(share))
      .join('')
      .slice(1)}`,
    `  all${coverage.map(({ held }) => percent(held)).join('')}`,
    ...lines,
  ].join('\n')
}
