import { tableText } from '../models/reports/table-text.ts'
import type { Errors } from './error-sums.ts'
import { percentText } from '../inference/forecasts/intervals.ts'
import type { RuleName } from './rules.ts'
import type { Verdict } from './verdict.ts'

/** How wrong forecasts of one kind were. */
export interface ForecastErrors extends Errors {
  /** `this model`, or a rule. */
  readonly name: 'this model' | RuleName
  /** The share of values that lay in the report's `interval`. */
  readonly coverage: number | undefined
}

/** How wrong a model was about the past, and simple rules beside it. */
export interface BacktestReport {
  /** How many windows of the past were forecast, each in all channels at once. */
  readonly windows: number
  /** Steps of each window. */
  readonly horizon: number
  /** How wrong each was: the model first, then the rules. */
  readonly byName: readonly ForecastErrors[]
  /** For each channel the model's MASE as a share of the rule's that it is held against, and what did best; its MAE where nothing scales. */
  readonly byChannel: readonly {
    readonly name: string
    readonly ratio: number
    readonly best: ForecastErrors['name']
  }[]
  /** The share of values that the interval is to hold, 80 % or what levels allow next to it; absent of a model without quantiles. */
  readonly interval?: number
  /** The share of values that the model's interval holds at each step ahead; NaN where no value came. */
  readonly coverageByStep?: Float64Array
  /** How the model stands beside the rules, in numbers and in a sentence. */
  readonly verdict: Verdict
  /** What was not judged, and why. */
  readonly notes: readonly string[]
  /** All of it as text. */
  table(): string
}

/** Steps whose coverage is shown. */
const mostSteps = 8

export function reportText({
  byName,
  byChannel,
  interval,
  coverageByStep,
  verdict,
  notes,
}: Omit<BacktestReport, 'table'>): string {
  const number = (value: number | undefined): string => (value === undefined ? '–' : value.toPrecision(4))
  const share = (value: number | undefined): string => (value === undefined ? '–' : `${(100 * value).toFixed(1)} %`)
  const errors = tableText([
    [
      '',
      'MASE',
      'MAE',
      'RMSE',
      'sMAPE',
      'CRPS',
      'wQL',
      ...(interval === undefined ? [] : [`in ${percentText(interval)}`]),
    ],
    ...byName.map(({ name, mase, mae, rmse, smape, crps, weightedQuantileLoss, coverage }) => [
      name,
      mase === undefined ? '–' : mase.toFixed(3),
      number(mae),
      number(rmse),
      share(smape),
      number(crps),
      number(weightedQuantileLoss),
      ...(interval === undefined ? [] : [share(coverage)]),
    ]),
  ])
  const lost = byChannel.filter(({ best }) => best !== 'this model').length
  const channels = byChannel.length > 1 ? [`a simple rule did better on ${lost} of ${byChannel.length} series`] : []
  const steps = coverageByStep ? [coverageText(interval!, coverageByStep), ''] : []
  return [errors, '', ...steps, ...notes, ...channels, verdict.text].join('\n')
}

function coverageText(interval: number, byStep: Float64Array): string {
  const count = Math.min(mostSteps, byStep.length)
  const shown = Array.from({ length: count }, (_, i) => Math.round((i * (byStep.length - 1)) / Math.max(1, count - 1)))
  return tableText([
    ['step ahead', ...shown.map((step) => String(step + 1))],
    [
      `in ${percentText(interval)}`,
      ...shown.map((step) => (Number.isNaN(byStep[step]!) ? '–' : `${Math.round(100 * byStep[step]!)} %`)),
    ],
  ])
}
