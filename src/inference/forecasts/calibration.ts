import { codedChannels, fromAllOver, lastTime, wholeWindows, type Series } from '../../data/index.ts'
import type { Forecaster } from '../../models/index.ts'
import { checkNames, checkSignal } from '../../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../../runtime/index.ts'
import { UnrolledError } from '../../error.ts'
import { evaluationSynonyms, type EvaluationOptions } from '../evaluation.ts'
import { conformalOf } from './conformal-of.ts'
import { say } from './say.ts'

/** Most windows that intervals are fitted to, from all over. */
const mostWindows = 2000

/**
 * Fits how far each quantile is moved at each step of the horizon to windows of series that the model was not trained on, and keeps that
 * in the model; gives the number of windows.
 */
export async function calibrateForecaster(
  model: Forecaster,
  series: Series,
  options: Pick<EvaluationOptions, keyof EngineOptions | 'signal' | 'progress'>,
): Promise<number> {
  checkNames('calibrate', options, [...engineNames, 'signal', 'progress'], evaluationSynonyms)
  checkSignal('calibrate', options.signal)
  if (series?.kind !== 'series') {
    throw new UnrolledError('data', 'calibrate: a forecaster is calibrated on series: await series(table, …)')
  }
  const { coding } = model
  const channels = codedChannels(coding, series, 'calibrate')
  const windows = fromAllOver(wholeWindows(channels, series, coding, 'calibrate'), mostWindows)
  const { signal, progress } = options
  const all = await say(model, windows, engineOf(options), {
    settle: false,
    ...(signal && { signal }),
    ...(progress && { progress }),
  })
  model.conformal = { ...conformalOf(model, all), windows: windows.length, until: lastTime(series) }
  return windows.length
}
