import { codedChannels, type Series, type Window, stepsBefore, takenText } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { cameIn, type Said } from '../inference/forecasts/said.ts'
import { say } from '../inference/forecasts/say.ts'
import { seenUntil, type Forecaster } from '../models/index.ts'
import { checkNames, checkNumber, checkSignal, wrongOption } from '../options.ts'
import { engineNames, engineOf } from '../runtime/index.ts'
import { BacktestJudge, ruleForecasts, type BacktestSetting } from './backtest-judge.ts'
import type { BacktestOptions } from './backtest-options.ts'
import type { BacktestReport } from './backtest-report.ts'
import { checkForecaster } from './check-forecaster.ts'
import { seasonalScale } from './metrics.ts'

const owner = 'backtest'

/** A window and its number: those of channels side by side have the same. */
interface NumberedWindow {
  readonly number: number
  /** Steps from its origin to the end of its channel. */
  readonly left: number
}

/** What `backtest` does. */
export async function runBacktest(
  model: Forecaster,
  series: Series,
  options: BacktestOptions,
): Promise<BacktestReport> {
  checkForecaster(owner, model, series)
  checkNames(owner, options, ['windows', 'every', 'refit', 'signal', 'progress', ...engineNames], {
    stride: 'every',
    step: 'every',
    folds: 'windows',
    onProgress: 'progress',
  })
  checkSignal(owner, options.signal)
  const numbered = windowsOf(model, series, options)
  const said = await (options.refit
    ? refitted(options.refit, series, numbered, options)
    : once(model, series, numbered, options))
  const { horizon } = model.coding
  const setting: BacktestSetting = { horizon, season: series.season, levels: said[0]!.said.levels }
  const judge = new BacktestJudge(setting)
  for (const { number, said: one } of said) judgeWindow(judge, setting, number, one)
  const report = judge.report()
  model.verdict = report.verdict
  return report
}

/** The windows there is room for in the shortest channel, from the first origin to the last. */
function windowsOf({ coding }: Forecaster, series: Series, options: BacktestOptions): NumberedWindow[] {
  const { horizon } = coding
  const every = checkNumber(owner, 'every', options.every ?? horizon, { from: 1, whole: true })
  const wanted = checkNumber(owner, 'windows', options.windows ?? 20, { from: 1, whole: true })
  const shortest = series.channels.reduce((least, one) => (one.steps < least.steps ? one : least))
  const room = Math.floor((shortest.steps - stepsBefore(coding) - horizon) / every) + 1
  if (room < 1) {
    throw new UnrolledError(
      'data',
      `backtest: ${shortest.name} has ${shortest.steps} steps; ${takenText(coding)}: there is no window to test on`,
    )
  }
  if (options.windows !== undefined && room < wanted) {
    throw wrongOption(
      owner,
      'windows',
      wanted,
      `at most ${room}, for which ${shortest.name} has room, ${every} steps from one to the next`,
    )
  }
  return Array.from({ length: Math.min(wanted, room) }, (_, i) => ({ number: i, left: horizon + i * every })).reverse()
}

interface SaidWindow {
  readonly number: number
  readonly said: Said
}

/** One model says all windows. */
async function once(
  model: Forecaster,
  series: Series,
  numbered: readonly NumberedWindow[],
  options: BacktestOptions,
): Promise<SaidWindow[]> {
  const channels = codedChannels(model.coding, series, owner)
  const windows = numbered.flatMap(({ number, left }) =>
    channels.map((coded): Window & { number: number } => ({ coded, origin: coded.channel.steps - left, number })),
  )
  for (const window of windows) checkUnseen(model, series, window, numbered)
  const { progress, signal } = options
  const said = await say(model, windows, engineOf(options), {
    ...(progress && { progress }),
    ...(signal && { signal }),
  })
  return said.map((one, i) => ({ number: windows[i]!.number, said: one }))
}

/** A window that a model has learnt from tells nothing. */
function checkUnseen(
  model: Forecaster,
  series: Series,
  { coded, origin }: Window,
  numbered: readonly NumberedWindow[],
): void {
  const { name, time } = coded.channel
  const until = seenUntil(model)
  if (time(origin) > until) return
  const text = (at: number): string => (series.frequency.unit === 'step' ? `step ${at}` : new Date(at).toISOString())
  const made = until > model.coding.until ? 'calibrated on' : 'made for'
  throw new UnrolledError(
    'data',
    `backtest: the model was ${made} data up to ${text(until)}, and of ${numbered.length} windows of ${name} one begins at ` +
      `${text(time(origin))}: it would be asked of what it has seen. What it is made of and calibrated on ends with ` +
      `series.between(0, -${numbered[0]!.left}); or give refit`,
  )
}

/** A model of its own says each window. */
async function refitted(
  refit: NonNullable<BacktestOptions['refit']>,
  series: Series,
  numbered: readonly NumberedWindow[],
  { signal, progress, ...options }: BacktestOptions,
): Promise<SaidWindow[]> {
  const all: SaidWindow[] = []
  for (const [i, { number, left }] of numbered.entries()) {
    signal?.throwIfAborted()
    // Every channel ends as many steps before its own end.
    const past = series.between(0, -left)
    const model = await refit(past)
    checkForecaster('backtest: what refit gives', model, series)
    const windows = codedChannels(model.coding, series, owner).map((coded): Window => ({
      coded,
      origin: coded.channel.steps - left,
    }))
    for (const window of windows) checkUnseen(model, series, window, numbered)
    const said = await say(model, windows, engineOf(options))
    all.push(...said.map((one) => ({ number, said: one })))
    progress?.((i + 1) / numbered.length)
  }
  return all
}

function judgeWindow(judge: BacktestJudge, setting: BacktestSetting, window: number, said: Said): void {
  const { channel } = said.coded
  const { values, missing } = channel
  const { origin } = said
  const past = { values: values.subarray(0, origin), ...(missing && { missing: missing.subarray(0, origin) }) }
  judge.take({
    window,
    channel: channel.name,
    ...cameIn(said, setting.horizon),
    scale: seasonalScale(past.values, setting.season, past.missing),
    model: { point: said.point, ...(said.levels.length > 0 && { quantiles: said.quantiles }) },
    rules: ruleForecasts(past, setting),
  })
}
