import type { Measure } from '../../data/index.ts'
import type { Judge, Report } from '../speaking.ts'
import { bootstrap } from './bootstrap.ts'
import { tableText } from './table-text.ts'

/** How well one number is told, in its own units. */
export interface MeasureReport {
  /** The column of the data that the number stands in. */
  readonly name: string
  /** The root of the mean squared error. */
  readonly rmse: number
  /** Its bounds with 95 % (bootstrap over examples). */
  readonly rmseInterval: readonly [number, number]
  /** The mean absolute error. */
  readonly mae: number
  /** `rmse` where the mean of the training data is always said. */
  readonly meanRmse: number
  /** The share of the variance that is told: 1 − Σ error² ÷ Σ (value − mean)²; missing where all values are one and nothing varies. */
  readonly r2?: number
}

/** How well a regressor tells numbers. */
export interface RegressionReport extends Report {
  /** How well each number is told, in the order of the model's `measures`. */
  readonly byTarget: readonly MeasureReport[]
  /** The numbers that the model was furthest from, in deviations of their column. */
  readonly worst: readonly {
    readonly index: number
    readonly name: string
    readonly is: number
    readonly said: number
  }[]
}

/** How many of the worst examples are named. */
const mostWorst = 10

/** Judges rows of scaled numbers. */
export function regressionJudge(measures: readonly Measure[]): Judge<RegressionReport> {
  const errors: number[][] = measures.map(() => [])
  const values: number[][] = measures.map(() => [])
  // Sequences of several windows are judged when they end, not in their order.
  const places: number[] = []
  return {
    take(output, target, _, { sequence }) {
      places.push(sequence)
      measures.forEach((_, i) => {
        errors[i]!.push(output[i]! - target[i]!)
        values[i]!.push(target[i]!)
      })
    },
    report() {
      const byTarget = measures.map((measure, i) => reportOf(measure, errors[i]!, values[i]!))
      const figures = byTarget.map(({ name, rmse, rmseInterval, meanRmse }) => ({
        name: `RMSE of ${name}`,
        value: rmse,
        interval: rmseInterval,
        share: false,
        constant: meanRmse,
      }))
      return { byTarget, figures, worst: worstOf(measures, errors, values, places), table: () => textOf(byTarget) }
    },
  }
}

function reportOf({ name, deviation }: Measure, errors: readonly number[], values: readonly number[]): MeasureReport {
  const count = errors.length
  const meanOf = (numbers: readonly number[], of: (value: number) => number): number =>
    numbers.reduce((sum, value) => sum + of(value), 0) / count
  const squares = meanOf(errors, (error) => error * error)
  const center = meanOf(values, (value) => value)
  const variance = meanOf(values, (value) => (value - center) ** 2)
  const rootOf = (drawn: Uint32Array): number =>
    deviation * Math.sqrt(drawn.reduce((sum, i) => sum + errors[i]! * errors[i]!, 0) / count)
  return {
    name,
    rmse: deviation * Math.sqrt(squares),
    rmseInterval: bootstrap(count, rootOf),
    mae: deviation * meanOf(errors, Math.abs),
    // Scaled, the mean of the data that the scaling is of is 0.
    meanRmse: deviation * Math.sqrt(meanOf(values, (value) => value * value)),
    ...(values.some((value) => value !== values[0]) && { r2: 1 - squares / variance }),
  }
}

function worstOf(
  measures: readonly Measure[],
  errors: readonly (readonly number[])[],
  values: readonly (readonly number[])[],
  places: readonly number[],
): RegressionReport['worst'] {
  return errors
    .flatMap((own, measure) => own.map((error, at) => ({ error, at, index: places[at]!, measure })))
    .sort((a, b) => Math.abs(b.error) - Math.abs(a.error) || a.index - b.index)
    .slice(0, mostWorst)
    .map(({ error, at, index, measure }) => {
      const { name, mean, deviation } = measures[measure]!
      const scaled = values[measure]![at]!
      return { index, name, is: mean + deviation * scaled, said: mean + deviation * (scaled + error) }
    })
}

function textOf(reports: readonly MeasureReport[]): string {
  const digits = (value: number): string => value.toPrecision(4)
  return tableText([
    ['target', 'RMSE', '95 %', 'MAE', 'R²', 'RMSE of the mean'],
    ...reports.map(({ name, rmse, rmseInterval: [from, to], mae, r2, meanRmse }) => [
      name,
      digits(rmse),
      `${digits(from)} to ${digits(to)}`,
      digits(mae),
      r2?.toFixed(3) ?? '–',
      digits(meanRmse),
    ]),
  ])
}
