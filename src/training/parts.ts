import type { DataSet, Parts } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { checkData, fitted, type Model } from '../models/index.ts'
import type { Settings } from './options.ts'

/** What a run sees of its data, and what tells it from other data. */
export interface RunData extends Parts {
  /** The model as what it is trained on is held against it, and as what it is validated on is. */
  readonly held: { readonly training: Model; readonly validation: Model }
  readonly hash: string
  /** That of a validation set of its own. */
  readonly validationHash?: string
}

/** Cuts data into what is trained on and what is kept for validation. */
export function partsOf(model: Model, data: DataSet, settings: Settings): RunData {
  const { batch, every, seed, pack, validation, validationLimit: limit } = settings
  if (pack) checkPacks(model, data)
  const share = typeof validation === 'number' ? validation : 0
  const parts = {
    ...data.parts({ batch, every, validation: share, limit, seed, ...(pack && { pack }) }),
    hash: data.hash,
  }
  if (typeof parts.training?.open !== 'function') {
    throw new UnrolledError('data', 'train: parts of the data gives no training: { training, validation }')
  }
  if (share > 0 && !parts.validation) {
    const why = `train: validation is ${share}, but parts of the data keeps nothing for it`
    throw new UnrolledError('option', `${why}; validation: data gives a set of its own`)
  }
  const training = fitted(model, data)
  if (typeof validation === 'number') return { ...parts, held: { training, validation: training } }
  const own = checkData(model, validation, 'train: validation')
  const held = { training, validation: fitted(model, own) }
  return { ...parts, held, validation: own.whole({ batch, limit, seed }), validationHash: own.hash }
}

/** Refuses to pack what must lie alone in its row. */
function checkPacks(model: Model, { packs = false }: DataSet): void {
  if (packs && model.targets.targets.axes.includes('time')) return
  const why = packs ? 'the model answers once for a row' : 'the data has no target for each step, or a second sequence'
  throw new UnrolledError('option', `train: pack puts sequences with a target at each step behind each other; ${why}`)
}

/** Whether a stored run was one on this data, by the hash it had: of the whole, or in earlier versions of the part. */
export const isOf = ({ hash, training }: RunData, stored: string): boolean =>
  stored === hash || (training.isOf?.(stored) ?? false)

/** The same of a validation set of its own. */
export const isValidatedBy = ({ validationHash, validation }: RunData, stored: string): boolean =>
  validationHash !== undefined && (stored === validationHash || (validation!.isOf?.(stored) ?? false))
