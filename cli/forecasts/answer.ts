import { forecastAll, forecastByRule, type Forecaster, type Forecast, type RuleName, type Series } from 'unrolled'
import { engineOf, type Options } from '../command.ts'
import { given } from '../given.ts'
import { horizonOf } from './way-options.ts'

/** What is said of the next steps, and by what. */
export interface Answer {
  readonly forecasts: readonly Forecast[]
  /** The rule that did better in the test, and what it says. */
  readonly instead?: { readonly rule: RuleName; readonly forecasts: readonly Forecast[] }
}

/** What a model says, and where it lost against a simple rule, what that says. */
export async function answerOf(
  model: Forecaster,
  series: Series,
  asked: Series['channels'],
  options: Options,
): Promise<Answer> {
  const some = series.of(asked.map(({ name }) => name))
  const horizon = horizonOf(options)
  const forecasts = await forecastAll(model, some, { ...given({ horizon }), ...engineOf(options) })
  // What a file calls a rule is one of ours: it was written by a test.
  const rule = model.verdict?.instead as RuleName | undefined
  if (rule === undefined) return { forecasts }
  const horizonSaid = forecasts[0]!.point.length
  return { forecasts, instead: { rule, forecasts: await forecastByRule(rule, some, { horizon: horizonSaid }) } }
}
