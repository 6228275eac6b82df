import type { Channel, Series } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber, wrongOption } from '../options.ts'
import { forecastOf } from './forecast-of.ts'
import type { Forecast } from './forecast-value.ts'
import { frameOf } from './frame-of.ts'
import type { RuleForecastOptions } from './rule-forecast-options.ts'
import { rules, type RuleName } from './rules.ts'

const owner = 'forecastByRule'

/** The middle, and what bounds intervals of 50, 80 and 95 %. */
const usual = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]

/** What `forecastByRule` does. */
export function runRule(name: RuleName, series: Series, options: RuleForecastOptions): readonly Forecast[] {
  if (!Object.hasOwn(rules, name)) throw wrongOption(owner, 'rule', name, Object.keys(rules).join(', '))
  if (series?.kind !== 'series') {
    throw new UnrolledError('data', `${owner}: the second argument must be series: await series(table, …)`)
  }
  checkNames(owner, options, ['horizon', 'levels', 'history'], { steps: 'horizon', quantiles: 'levels' })
  const horizon = checkNumber(owner, 'horizon', options.horizon, { from: 1, whole: true })
  const kept = checkNumber(owner, 'history', options.history ?? 3 * horizon, { from: 1, whole: true })
  const levels = options.levels ?? usual
  return series.channels.map((channel) => {
    const { point, quantile, note } = rules[name](channel, horizon, series.season)
    const inRange = withinRange(channel)
    return forecastOf({
      ...frameOf(series, channel, horizon, kept),
      point: inRange(point),
      levels,
      quantiles: levels.map((level) => inRange(quantile(level))),
      notes: [`said by ${name}, with intervals by its errors in the past`, ...(note === undefined ? [] : [note])],
    })
  })
}

/** Keeps numbers as those of a channel are, of which none that was observed may be below 0. */
function withinRange({ values, missing }: Channel): (numbers: Float64Array) => Float64Array {
  const positive = values.every((value, t) => missing?.[t] === 1 || value >= 0)
  return positive ? (numbers) => numbers.map((value) => Math.max(0, value)) : (numbers) => numbers
}
