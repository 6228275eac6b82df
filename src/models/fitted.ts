import type { DataSet } from '../data/index.ts'
import { asModel, type Model } from './model.ts'

/**
 * A model as data is held against it: where a target is a list, as long as the longest of its data, the loss takes lists of that length,
 * be they longer than those that the model was made for. Every other model is itself.
 */
export function fitted<Kind extends Model>(model: Kind, data: DataSet | undefined): Kind {
  const columns = data?.ports?.['targets']?.columns
  if (columns === undefined || !model.loss.fitting || columns === model.targets.targets.columns) return model
  return asModel({ ...model, loss: model.loss.fitting(columns) })
}
