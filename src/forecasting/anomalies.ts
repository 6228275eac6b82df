import type { Series } from '../data/index.ts'
import type { Forecaster } from '../models/index.ts'
import type { AnomalyOptions, AnomalyReport } from './anomaly-report.ts'

/**
 * How surprising each step of some series was to who knew all before it: how far its value lies from the median that was said of it, in
 * distances from that to the 90 % quantile on its side. From which score on a step is an anomaly is fitted to series in which all is usual,
 * so that of such no more than a given share is called one.
 *
 * @throws UnrolledError `option` where there are too few usual steps for so rare false alarms; `data` as `forecast`.
 */
export async function anomalies(model: Forecaster, series: Series, options: AnomalyOptions): Promise<AnomalyReport> {
  const { findAnomalies } = await import('./find-anomalies.ts')
  return findAnomalies(model, series, options)
}
