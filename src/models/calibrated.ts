import type { Row } from '../data/index.ts'
import type { Model } from './model.ts'

/** Gathers outputs beside their targets, and fits a number to them that the model keeps. */
export interface Calibration {
  /** Takes a row of the output and its target, which hold only during the call. */
  take(output: Row, target: Row): void
  /** Fits the number, keeps it in the model, and gives it. */
  fit(): number
}

/** A model with a number that is fitted to data which it was not trained on. */
export interface Calibrated extends Model {
  /** Fetched when it is first asked for: pages that predict do without. */
  calibration(): Promise<Calibration>
}

/** Whether a model has a number to fit. */
export const isCalibrated = (model: Model): model is Calibrated =>
  typeof (model as Partial<Calibrated> | undefined)?.calibration === 'function'
