import type { DataSet } from '../data/index.ts'
import { isCalibrated, type Calibrated } from '../models/index.ts'
import { UnrolledError } from '../error.ts'
import type { EvaluationOptions } from './evaluation.ts'

/**
 * Fits the number that a classifier keeps beside its parameters, on data that it was not trained on, and gives it. Of one label each
 * that is the temperature by which scores are divided, so that of what is said with 80 % some 80 % are right (Guo et al. 2017,
 * arXiv:1706.04599): the mean −log probability of the labels is least, and which label is likeliest does not change. Where there may be
 * several it is the threshold from which on a label is said, that with the greatest micro F1.
 *
 * @throws UnrolledError `data` for data that does not fit the model, `option` for a model that is no classifier.
 */
export async function calibrate(model: Calibrated, data: DataSet, options: EvaluationOptions = {}): Promise<number> {
  if (!model?.layer || !isCalibrated(model)) {
    throw new UnrolledError('option', 'calibrate: the first argument must be a classifier; it has a number to fit')
  }
  const calibration = await model.calibration()
  const { judged } = await import('./evaluation.ts')
  await judged(model, data, options, calibration)
  return calibration.fit()
}
