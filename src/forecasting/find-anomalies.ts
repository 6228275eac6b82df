import { codedChannels, windowsFrom, zoneOf, type Series, stepsBefore } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Said } from '../inference/forecasts/said.ts'
import { say, type Saying } from '../inference/forecasts/say.ts'
import { passOf } from '../inference/pass-of.ts'
import { tableText } from '../models/reports/table-text.ts'
import type { Forecaster } from '../models/index.ts'
import { checkNames, checkNumber, checkSignal, wrongOption } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import type { Anomaly, AnomalyOptions, AnomalyReport } from './anomaly-report.ts'
import { checkForecaster } from './check-forecaster.ts'
import { timeTexts, type Times, type Wall } from './time-text.ts'

const owner = 'anomalies'

/** What `anomalies` does. */
export async function findAnomalies(
  model: Forecaster,
  series: Series,
  options: AnomalyOptions,
): Promise<AnomalyReport> {
  checkForecaster(owner, model, series)
  checkNames(owner, options, ['usual', 'falseAlarms', 'signal', 'progress', ...engineNames], {
    rate: 'falseAlarms',
    normal: 'usual',
  })
  checkSignal(owner, options.signal)
  const rate = checkNumber(owner, 'falseAlarms', options.falseAlarms ?? 0.001, { above: 0, below: 1 })
  if (options.usual?.kind !== 'series') throw wrongOption(owner, 'usual', options.usual, 'series in which all is usual')
  const { signal, progress } = options
  const saying = (pass: number): Saying => ({ ...(signal && { signal }), ...passOf(progress, pass, 2) })
  const engine = engineOf(options)
  const usual = await surprises(model, options.usual, engine, saying(0))
  const threshold = thresholdOf(
    usual.map(({ score }) => score),
    rate,
  )
  const all = await surprises(model, series, engine, saying(1))
  const scores = Object.fromEntries(series.channels.map(({ name, steps }) => [name, new Float64Array(steps).fill(NaN)]))
  for (const { name, step, score } of all) scores[name]![step] = score
  const found = all.filter(({ score }) => score > threshold)
  const report = { threshold, falseAlarms: rate, steps: all.length, usual: usual.length, found, scores }
  return { ...report, table: () => textOf(report, zoneOf(series.zone, owner).wall) }
}

/** Each step that was observed, with what lies before it known. */
async function surprises(model: Forecaster, series: Series, engine: EngineOptions, saying: Saying): Promise<Anomaly[]> {
  const { horizon } = model.coding
  const before = stepsBefore(model.coding)
  // Who says the whole horizon at once sees what is known of all of it.
  const windows = codedChannels(model.coding, series, owner, horizon).flatMap((coded) => {
    const last = Math.min(coded.channel.steps - 1, coded.reach - horizon)
    return windowsFrom(coded, before, last)
  })
  if (windows.length === 0) {
    throw new UnrolledError(
      'data',
      `anomalies: ${series.name} has no step with the ${before} before it that the model reads`,
    )
  }
  const seen = windows.filter(({ coded, origin }) => coded.channel.missing?.[origin] !== 1)
  const dated = series.frequency.unit !== 'step'
  return (await say(model, seen, engine, saying)).map((said): Anomaly => {
    const { channel } = said.coded
    const time = channel.time(said.origin)
    const value = channel.values[said.origin]!
    return {
      name: channel.name,
      step: said.origin,
      time: dated ? new Date(time) : time,
      value,
      expected: middleOf(said),
      score: scoreOf(said, value),
    }
  })
}

/** The quantile nearest to a level, of the first step. */
function quantileNear({ levels, quantiles }: Said, level: number): number {
  const distances = levels.map((one) => Math.abs(one - level))
  return quantiles[distances.indexOf(Math.min(...distances))]![0]!
}

const middleOf = (said: Said): number => (said.levels.length > 0 ? quantileNear(said, 0.5) : said.point[0]!)

/** How far a value lies from the middle, in widths of its side; of a model that says one number, in spreads of its window. */
function scoreOf(said: Said, value: number): number {
  const middle = middleOf(said)
  if (said.levels.length === 0) return Math.abs(value - middle) / said.spread
  const side = Math.abs(quantileNear(said, value > middle ? 0.9 : 0.1) - middle)
  // Where nothing was thought possible but one value, a thousandth of the window's spread is wide.
  return Math.abs(value - middle) / Math.max(side, said.spread / 1000)
}

/** The ⌈(n + 1)(1 − rate)⌉th of n scores of usual steps: of as many to come, no more than that share lies above. */
function thresholdOf(scores: readonly number[], rate: number): number {
  const rank = Math.ceil((scores.length + 1) * (1 - rate))
  if (rank <= scores.length) return Float64Array.from(scores).sort()[rank - 1]!
  const least = Math.ceil(1 / rate) - 1
  throw wrongOption(
    owner,
    'falseAlarms',
    rate,
    `such that usual steps tell it: for that many there must be ${least}, and there are ${scores.length}`,
  )
}

/** Anomalies that a table shows. */
const mostShown = 20

function textOf({ threshold, falseAlarms, steps, usual, found }: Omit<AnomalyReport, 'table'>, wall: Wall): string {
  const head =
    `${found.length} of ${steps} steps were not expected: their score is above ${threshold.toFixed(2)}, which of ${usual} usual steps ` +
    `${(100 * falseAlarms).toPrecision(2)} % are`
  if (found.length === 0) return head
  const worst = found.toSorted((a, b) => b.score - a.score).slice(0, mostShown)
  const times = timeTexts(worst.map(({ time }) => time) as Times, wall)
  return [
    head,
    tableText([
      ['series', 'when', 'value', 'expected', 'score'],
      ...worst.map(({ name, value, expected, score }, i) => [
        name,
        times[i]!,
        value.toPrecision(5),
        expected.toPrecision(5),
        score.toFixed(2),
      ]),
    ]),
    ...(found.length > mostShown ? [`… ${found.length - mostShown} more`] : []),
  ].join('\n')
}
