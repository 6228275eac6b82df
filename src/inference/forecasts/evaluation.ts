import { codedChannels, wholeWindows, type DataSet, type Series } from '../../data/index.ts'
import { UnrolledError } from '../../error.ts'
import type { Forecaster } from '../../models/index.ts'
import { engineOf } from '../../runtime/index.ts'
import { passOf } from '../pass-of.ts'
import { evaluation, type EvaluationOptions, type Fit } from '../evaluation.ts'
import { CoverageSums } from './coverage-sums.ts'
import { intervalsOf } from './intervals.ts'
import { cameIn, type Said } from './said.ts'
import { say } from './say.ts'

/** How often what came lay within an interval. */
export interface Coverage {
  /** The share of all values that it is meant to hold. */
  readonly share: number
  /** The share that it held, over all steps. */
  readonly held: number
  /** The same for each step ahead by itself, `[horizon]`. */
  readonly steps: readonly number[]
}

/** How well a forecaster says what came, at every origin of some series. */
export interface ForecastReport {
  /** Windows that it was asked of. */
  readonly windows: number
  /** Mean absolute error over all of them together, in the units of the series. */
  readonly mae: number
  /** Root mean square error over all of them together, in the units of the series. */
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
  const { progress, signal } = options
  const fit = (await evaluation(model, data, { ...options, ...passOf(progress, 0, 2) })) as Fit
  const { coding } = model
  const series = data as Series
  const windows = wholeWindows(codedChannels(coding, series, 'evaluate'), series, coding, 'evaluate')
  const said = await say(model, windows, engineOf(options), {
    ...passOf(progress, 1, 2),
    ...(signal && { signal }),
  })
  return { ...fit, ...reportOf(said, coding.horizon) }
}

function reportOf(all: readonly Said[], horizon: number): ForecastReport {
  let [absolute, square, count] = [0, 0, 0]
  const intervals = intervalsOf(all[0]!.levels).map((one) => ({ ...one, sums: new CoverageSums(horizon) }))
  for (const said of all) {
    const came = cameIn(said, horizon)
    for (let h = 0; h < horizon; h++) {
      if (came.missing?.[h]) continue
      const error = came.actual[h]! - said.point[h]!
      absolute += Math.abs(error)
      square += error * error
      count++
    }
    for (const { low, high, sums } of intervals) sums.take(said.quantiles[low]!, said.quantiles[high]!, came)
  }
  const coverage = intervals.map(({ share, sums }) => ({ share, held: sums.whole(), steps: [...sums.byStep()] }))
  const report = { windows: all.length, mae: absolute / count, rmse: Math.sqrt(square / count), coverage }
  return { ...report, table: () => tableOf(report) }
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
