import type { Json } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import type { Bytes } from '../data/bytes.ts'
import { named, type Named } from '../tensor.ts'
import { parseJsonObject } from '../json-object.ts'
import { exactJson, modelFrom, reading } from './model-content.ts'
import { arrayPrefix, checkedContent, sorted, type DecodeOptions } from './model-file.ts'
import { fault } from './safetensors-header.ts'
import { encodeSafetensors } from './safetensors.ts'

/** All it takes to go on with a run: the model, further arrays by name, and counters that JSON carries unharmed. */
export interface Resume {
  readonly model: Model
  readonly arrays: Named
  readonly state: Json
}

/** JSON: the state of the run. */
const stateKey = 'unrolled.resume'

/** A run as the bytes of one safetensors file, complete by itself: the model's own, with the run's arrays and state. */
export function encodeResume({ model, arrays, state }: Resume): Uint8Array<ArrayBuffer> {
  const { tensors, metadata } = checkedContent(model)
  const prefixed = Object.entries(arrays).map(([name, array]) => [arrayPrefix + name, array] as const)
  return encodeSafetensors(named([...Object.entries(tensors), ...prefixed]), {
    ...metadata,
    [stateKey]: exactJson({ state }, 'the state of the run'),
  })
}

/** The run in the bytes of its file; errors as those of `decodeModel`. */
export function decodeResume(bytes: Bytes, file = 'resume file', options: DecodeOptions = {}): Resume {
  const { content, arrays, checked } = sorted(bytes, file)
  const json = Object.hasOwn(content.metadata, stateKey) ? content.metadata[stateKey] : undefined
  if (json === undefined) {
    throw fault(file, `it holds no run to go on with: the metadata has no ${stateKey}`)
  }
  if (!checked) throw fault(file, 'its checksum is missing: it is damaged, or was changed by another tool')
  const model = modelFrom(content, file, options)
  const { state } = reading(file, `metadata ${stateKey}`, () => parseJsonObject(json) as { readonly state: Json })
  return { model, arrays, state }
}
