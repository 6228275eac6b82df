import { UnrolledError } from '../error.ts'
import { checkNumber, wrongOption } from '../options.ts'
import { outlineOf } from './drawing/outline.ts'
import { svgOf } from './drawing/svg.ts'
import { forecastJson, forecastsCsv, forecastTable } from './forecast-text.ts'
import type { Forecast, ForecastParts } from './forecast-value.ts'
import { percentText, sameLevel } from '../inference/forecasts/intervals.ts'
import { judgeShape } from './judge-shape.ts'

/**
 * A forecast of its parts. Quantiles that cross are put in order, which brings them nearer to the true ones (Chernozhukov et al. 2010).
 * What is odd about its shape is said in its notes.
 * @throws UnrolledError `shape` where there are not as many of each, `option` where levels are not in order between 0 and 1,
 * `non-finite` where a number is none.
 */
export function forecastOf(parts: ForecastParts): Forecast {
  const { name, times, point, levels = [], history, verdict, wall = (time) => time } = parts
  checkParts(parts)
  const quantiles = inOrder(parts.quantiles ?? [], point.length)
  const quantile = (level: number): Float64Array => quantileAt(name, levels, quantiles, level)
  const forecast: Forecast = {
    name,
    times,
    point,
    levels,
    history,
    ...(verdict !== undefined && { verdict }),
    notes: [...(parts.notes ?? []), ...judgeShape(point, history)],
    wall,
    quantile,
    interval(share) {
      checkNumber(`the forecast of ${name}`, 'share', share, { above: 0, below: 1 })
      return { low: quantile((1 - share) / 2), high: quantile((1 + share) / 2) }
    },
    table: () => forecastTable(forecast),
    csv: () => forecastsCsv([forecast]),
    json: () => forecastJson(forecast),
    svg: (options) => svgOf(forecast, options),
    outline: (most) => outlineOf(forecast, most),
  }
  return forecast
}

function checkParts({ name, times, point, levels = [], quantiles = [], history }: ForecastParts): void {
  const owner = `the forecast of ${name}`
  for (const [i, level] of levels.entries()) checkNumber(owner, 'level', level, { above: levels[i - 1] ?? 0, below: 1 })
  const fit = quantiles.length === levels.length && [times, ...quantiles].every(({ length }) => length === point.length)
  if (!fit || history.times.length !== history.values.length) {
    throw new UnrolledError(
      'shape',
      `${owner}: ${point.length} steps have ${times.length} times, ${levels.length} levels quantiles of ` +
        `${quantiles.map(({ length }) => length).join(', ') || 'no'} steps, and ${history.values.length} values of the past ` +
        `${history.times.length} times; there must be as many`,
    )
  }
  for (const values of [point, ...quantiles]) {
    const at = values.findIndex((value) => !Number.isFinite(value))
    if (at >= 0) throw new UnrolledError('non-finite', `${owner}: at step ${at} ahead it says ${values[at]}`)
  }
}

/** Quantiles by level, at each step from the least to the largest. */
function inOrder(quantiles: readonly Float64Array[], steps: number): readonly Float64Array[] {
  const ordered = quantiles.map((own) => Float64Array.from(own))
  for (let t = 0; t < steps; t++) {
    const sorted = Float64Array.from(quantiles, (own) => own[t]!).sort()
    ordered.forEach((own, i) => (own[t] = sorted[i]!))
  }
  return ordered
}

function quantileAt(
  name: string,
  levels: readonly number[],
  quantiles: readonly Float64Array[],
  level: number,
): Float64Array {
  const known = levels.findIndex((other) => sameLevel(other, level))
  if (known >= 0) return quantiles[known]!.slice()
  const above = levels.findIndex((other) => other > level)
  if (above <= 0) throw wrongOption(`the forecast of ${name}`, 'level', level, rightLevels(levels))
  const [low, high] = [levels[above - 1]!, levels[above]!]
  const weight = (level - low) / (high - low)
  return quantiles[above - 1]!.map((value, t) => value + weight * (quantiles[above]![t]! - value))
}

function rightLevels(levels: readonly number[]): string {
  if (levels.length === 0) return 'left out: the model says one number for each step, and no quantiles'
  const widest = Math.min(1 - 2 * levels[0]!, 2 * levels.at(-1)! - 1)
  const interval = widest > 0 ? `, intervals up to ${percentText(widest)}` : ''
  return `from ${levels[0]} to ${levels.at(-1)}, which the model was made for${interval}; its levels are ${levels.join(', ')}`
}
