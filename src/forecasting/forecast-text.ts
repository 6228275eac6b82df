import { tableText } from '../models/reports/table-text.ts'
import type { Json } from '../options.ts'
import type { Forecast } from './forecast-value.ts'
import { knownIntervals, percentText } from '../inference/forecasts/intervals.ts'
import { numberText } from './number-text.ts'
import { isDated, timeCodes, timeTexts } from './time-text.ts'

/** A line for each step: when it is, the forecast, and the intervals that levels allow; then what is to be said of it. */
export function forecastTable(forecast: Forecast): string {
  const { name, times, point, levels, wall, notes, verdict } = forecast
  const intervals = knownIntervals(levels)
  const bounds = intervals.flatMap(({ low, high }) => [low, high]).map((at) => forecast.quantile(levels[at]!))
  const text = numberText([point, ...bounds].flatMap((values) => Array.from(values)))
  const head = [name, 'forecast', ...intervals.flatMap(({ share }) => [`${percentText(share)} from`, 'to'])]
  const rows = timeTexts(times, wall).map((time, i) => [time, text(point[i]!), ...bounds.map((own) => text(own[i]!))])
  const told = [...notes, ...(verdict === undefined ? [] : [verdict])]
  return [tableText([head, ...rows]), ...(told.length > 0 ? ['', ...told] : [])].join('\n')
}

/**
 * Forecasts as comma-separated values: `time` or `step`, `forecast`, and a column for each level, `q0.1`; where there are several, in
 * front of it whose they are, `series`.
 */
export function forecastsCsv(forecasts: readonly Forecast[]): string {
  const [first] = forecasts
  if (first === undefined) return ''
  const several = forecasts.length > 1
  const head = [
    ...(several ? ['series'] : []),
    isDated(first.times) ? 'time' : 'step',
    'forecast',
    ...first.levels.map((level) => `q${level}`),
  ]
  const lines = forecasts.flatMap(({ name, times, point, levels, wall, quantile }) => {
    const columns = [point, ...levels.map(quantile)]
    const own = several ? [csvCell(name)] : []
    return timeCodes(times, wall).map((time, i) => [...own, time, ...columns.map((column) => column[i]!)])
  })
  return `${[head, ...lines].map((cells) => cells.join(',')).join('\n')}\n`
}

const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** A forecast as JSON has it: `quantiles` has a list for each level, and what was missing in the past is null. */
export function forecastJson({
  name,
  times,
  point,
  levels,
  quantile,
  history,
  wall,
  notes,
  verdict,
}: Forecast): Readonly<Record<string, Json>> {
  const coded = (all: Forecast['times']): Json => (isDated(all) ? timeCodes(all, wall) : all)
  return {
    name,
    times: coded(times),
    point: Array.from(point),
    levels,
    quantiles: levels.map((level) => Array.from(quantile(level))),
    history: {
      times: coded(history.times),
      values: Array.from(history.values, (value, t) => (history.missing?.[t] ? null : value)),
    },
    notes,
    ...(verdict !== undefined && { verdict }),
  }
}
