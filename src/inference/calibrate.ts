import type { DataSet, Series } from '../data/index.ts'
import { isCalibrated, isForecaster, type Calibrated, type Forecaster } from '../models/index.ts'
import { UnrolledError } from '../error.ts'
import type { EvaluationOptions } from './evaluation.ts'

/**
 * Fits the number that a classifier keeps beside its parameters, on data that it was not trained on, and gives it. Of one label each
 * that is the temperature by which scores are divided, so that of what is said with 80 % some 80 % are right (Guo et al. 2017,
 * arXiv:1706.04599): the mean −log probability of the labels is least, and which label is likeliest does not change. Where there may be
 * several it is the threshold from which on a label is said, that with the greatest micro F1.
 *
 * Of a forecaster it is by how much each quantile is moved at each step ahead, so that of the values that came as many lay below it as it
 * says (split conformal prediction; Romano et al. 2019, arXiv:1905.03222); gives on how many windows.
 *
 * @throws UnrolledError `data` for data that does not fit the model, `option` for a model that is neither classifier nor forecaster.
 */
export async function calibrate(
  model: Calibrated | Forecaster,
  data: DataSet,
  options: EvaluationOptions = {},
): Promise<number> {
  if (model?.layer && isForecaster(model)) {
    const { calibrateForecaster } = await import('./forecasts/calibration.ts')
    return calibrateForecaster(model, data as Series, options)
  }
  if (!model?.layer || !isCalibrated(model)) {
    throw new UnrolledError(
      'option',
      'calibrate: the first argument must be a classifier or a forecaster; it has numbers to fit',
    )
  }
  const calibration = await model.calibration()
  const { judged } = await import('./evaluation.ts')
  await judged(model, data, options, calibration)
  return calibration.fit()
}
