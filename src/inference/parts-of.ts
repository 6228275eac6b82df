import { UnrolledError } from '../error.ts'
import type { Layer } from '../layers/index.ts'
import type { Loss, Model } from '../models/index.ts'
import type { Named } from '../tensor.ts'

/** A layer; of a model also its loss and its values. */
export interface TargetParts {
  readonly layer: Layer
  readonly loss: Loss | undefined
  readonly own: Named | undefined
}

/** What a model or a layer is made of; `owner` is what was given it. */
export function partsOf(owner: string, target: Model | Layer): TargetParts {
  if (typeof (target as Partial<Model>)?.layer?.build === 'function') {
    const { layer, loss, parameters } = target as Model
    return { layer, loss, own: parameters }
  }
  if (typeof (target as Partial<Layer>)?.build !== 'function') {
    throw new UnrolledError(
      'option',
      `${owner}: the first argument must be a model, or a layer with its parameters in the options`,
    )
  }
  return { layer: target as Layer, loss: undefined, own: undefined }
}
