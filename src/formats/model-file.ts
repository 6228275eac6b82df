import type { Bytes } from '../data/bytes.ts'
import { ownLayers, type Layers } from '../layers/index.ts'
import { checkModel, type Losses, type Model } from '../models/index.ts'
import { checkNames } from '../options.ts'
import { quoted } from '../printable.ts'
import { isFloats, named, type Named, type Tensor } from '../tensor.ts'
import type { StoredData } from './dtype.ts'
import { contentOf, modelFrom, type ModelContent } from './model-content.ts'
import { fault } from './safetensors-header.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'

/** What a file cannot hold: functions that make layers and losses of one's own. */
export interface DecodeOptions {
  /**
   * Makes losses of one's own, by name, from the options in the file; none. A model whose loss is neither given nor known
   * predicts, but cannot be trained or measured.
   */
  readonly losses?: Losses
  /**
   * Makes layers of one's own, by kind, from their descriptions in the file; none. A second argument makes the layers inside of
   * one.
   */
  readonly layers?: Layers
}

/** Names of a run's own arrays begin so. */
export const arrayPrefix = 'resume/'

/**
 * A model as the bytes of one safetensors file: weights under their names, and in the metadata the layers with their cells'
 * equations, loss, vocabulary, seed and training record. A model that could not be read back is an error with code `file`.
 */
export function encodeModel(model: Model): Uint8Array<ArrayBuffer> {
  checkModel(model, 'encodeModel')
  const { tensors, metadata } = checkedContent(model)
  return encodeSafetensors(tensors, metadata)
}

/**
 * The model in the bytes of its file (or of the file of a run); it has the very bits of the one that was encoded. Nothing in
 * a file is executed. `file` is what errors call it; all have code `file` and say what is wrong where.
 */
export function decodeModel(bytes: Bytes, file = 'model file', options: DecodeOptions = {}): Model {
  checkNames('decodeModel', options, ['losses', 'layers'], { loss: 'losses', layer: 'layers' })
  return modelFrom(sorted(bytes, file).content, file, options)
}

/** The content of a model, which has been read back once. */
export function checkedContent(model: Model): ModelContent {
  const content = contentOf(model)
  modelFrom(content, 'this model cannot be written to a file', { layers: ownLayers(model.layer) })
  const taken = Object.keys(content.tensors).find((name) => name.startsWith(arrayPrefix))
  if (taken !== undefined) throw fault('this model cannot be written to a file', `${taken} is a name of a run's arrays`)
  return content
}

/** A file's arrays sorted into those of the model and those of a run. */
export function sorted(bytes: Bytes, file: string): { content: ModelContent; arrays: Named; checked: boolean } {
  const { tensors: all, metadata, checked } = decodeSafetensors(bytes, file)
  const tensors = named<{ shape: readonly number[]; data: StoredData }>([])
  const arrays = named<Tensor>([])
  for (const [name, { shape, data }] of Object.entries(all)) {
    if (!name.startsWith(arrayPrefix)) tensors[name] = { shape, data }
    else if (isFloats(data)) arrays[name.slice(arrayPrefix.length)] = { shape, data }
    else throw fault(file, `tensor ${quoted(name)} is of another dtype; a run's arrays are F32 or F64`)
  }
  return { content: { tensors, metadata }, arrays, checked }
}
