import type { DataSet } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import type { Layer } from '../layers/index.ts'

/** Says what was found in the place of a model. */
export function checkModel(model: unknown, owner: string): void {
  const { layer, loss } = (model ?? {}) as {
    readonly layer?: Partial<Layer>
    readonly loss?: { readonly build?: unknown }
  }
  if (typeof layer?.build === 'function' && typeof loss?.build === 'function') return
  const swapped = isDataSet(model) ? '; the data comes second' : ''
  const promised = model instanceof Promise ? '; it is a promise: await it' : ''
  throw new UnrolledError('option', `${owner}: the first argument must be a model${swapped}${promised}`)
}

/** Whether something can be trained on and measured. */
export function isDataSet(value: unknown): value is DataSet {
  const { ports, parts, whole } = (value ?? {}) as Partial<DataSet>
  return typeof ports === 'object' && ports !== null && typeof parts === 'function' && typeof whole === 'function'
}
