import { codedChannels, farthestAhead, withChannels, type Series, type Window } from '../data/index.ts'
import type { Said } from '../inference/forecasts/said.ts'
import { say } from '../inference/forecasts/say.ts'
import type { Forecaster } from '../models/index.ts'
import { checkNames, checkNumber, wrongOption } from '../options.ts'
import { engineNames, engineOf } from '../runtime/index.ts'
import { channelNamed } from './channel-named.ts'
import { checkForecaster } from './check-forecaster.ts'
import { checkReach } from './check-reach.ts'
import { forecastOf } from './forecast-of.ts'
import type { Forecast } from './forecast-value.ts'
import type { ForecastOptions } from './forecast-options.ts'
import { frameOf } from './frame-of.ts'

const owner = 'forecast'

/** What `forecast` does. */
export async function forecastOne(
  model: Forecaster,
  series: Series,
  { of, ...options }: ForecastOptions & { readonly of?: string },
): Promise<Forecast> {
  checkForecaster(owner, model, series)
  const channel = channelNamed(series, of)
  const [found] = await forecasts(model, withChannels(series, [channel]), options)
  return found!
}

/** What `forecastAll` does. */
export async function forecastEach(
  model: Forecaster,
  series: Series,
  options: ForecastOptions,
): Promise<readonly Forecast[]> {
  checkForecaster(owner, model, series)
  return forecasts(model, series, options)
}

async function forecasts(model: Forecaster, series: Series, options: ForecastOptions): Promise<Forecast[]> {
  checkNames(owner, options, ['horizon', 'paths', 'seed', 'history', ...engineNames], {
    steps: 'horizon',
    ahead: 'horizon',
    num_samples: 'paths',
  })
  const { coding } = model
  const horizon = checkNumber(owner, 'horizon', options.horizon ?? coding.horizon, { from: 1, whole: true })
  const farthest = farthestAhead(coding)
  if (horizon > farthest)
    throw wrongOption(owner, 'horizon', horizon, `at most ${farthest}, which this model says at once`)
  // Who says the whole horizon at once needs what is known of all of it.
  const needed = Number.isFinite(farthest) ? coding.horizon : horizon
  const paths = checkNumber(owner, 'paths', options.paths ?? 100, { from: 1, whole: true })
  const seed = checkNumber(owner, 'seed', options.seed ?? 0, { from: 0, to: 0xffffffff, whole: true })
  const kept = checkNumber(owner, 'history', options.history ?? 3 * horizon, { from: 1, whole: true })
  const windows = codedChannels(coding, series, owner, needed).map((coded): Window => {
    checkReach(owner, model, coded, needed)
    return { coded, origin: coded.channel.steps }
  })
  const said = await say(model, windows, engineOf(options), { horizon, paths, seed })
  return said.map((one) => valueOf(model, series, one, horizon, kept))
}

function valueOf(model: Forecaster, series: Series, said: Said, horizon: number, kept: number): Forecast {
  return forecastOf({
    ...frameOf(series, said.coded.channel, horizon, kept),
    point: said.point.subarray(0, horizon),
    levels: said.levels,
    quantiles: said.quantiles.map((row) => row.subarray(0, horizon)),
    ...(model.verdict && { verdict: model.verdict.text }),
    notes: notesOf(model, said),
  })
}

function notesOf({ conformal, verdict }: Forecaster, { levels }: Said): string[] {
  return [
    ...(levels.length === 0 ? ['the model says one number; calibrate(model, series) gives it intervals'] : []),
    ...(levels.length > 0 && !conformal ? ['its intervals were not calibrated on windows that it had not seen'] : []),
    ...(verdict ? [] : ['it was not tested on the past: backtest(model, series) does']),
  ]
}
