import type { ParameterDeclaration } from '../cells/index.ts'
import { extentsOf, layerFrom, type Json, type Layer, type LayerDescription, type Layers } from '../layers/index.ts'
import {
  declaredOf,
  lossFrom,
  lossPrefix,
  modelKind,
  outputOf,
  type Loss,
  type Losses,
  type Model,
  type TrainingRecord,
} from '../models/index.ts'
import { nearest } from '../nearest.ts'
import type { Description } from '../options.ts'
import { quoted } from '../printable.ts'
import { named, type Named, type Tensor } from '../tensor.ts'
import type { StoredData } from './dtype.ts'
import { isObject, parseJsonObject } from '../json-object.ts'
import { checkDescription } from './layer-description.ts'
import { fault } from './safetensors-header.ts'

/** What a model's file holds: an array for each parameter, and metadata. */
export interface ModelContent {
  readonly tensors: Named<{ readonly shape: readonly number[]; readonly data: StoredData }>
  readonly metadata: Readonly<Record<string, string>>
}

/** The version of the format that is written; all up to it are read. */
const version = 1

/** Names of entries begin so; what a kind of model keeps itself has its own names behind it. */
const prefix = 'unrolled.'

const keys = {
  version: 'unrolled.version',
  kind: 'unrolled.kind',
  /** The layer's description: JSON, the equations of its cells inside. */
  layer: 'unrolled.layer',
  /** The loss's name, or JSON with its options where it has any. */
  loss: 'unrolled.loss',
  /** Which steps count: all. Version 0.1.0 asks for it, and wrote 'last step' where a layer says so now. */
  on: 'unrolled.on',
  seed: 'unrolled.seed',
  /** JSON: how it was trained, the kernel path among it. */
  record: 'unrolled.record',
} as const

/** The widest the states of a model may be together, in numbers: none of the file's arrays vouches for them. */
const widestStates = 2 ** 24

/** Everything about a model, as its file holds it. */
export function contentOf(model: Model): ModelContent {
  const content = Object.entries(model.content()).map(([name, value]): [string, string] => [
    prefix + name,
    exactJson(value, `its ${name}`),
  ])
  return {
    tensors: model.parameters,
    metadata: {
      ...Object.fromEntries(content),
      [keys.version]: String(version),
      [keys.kind]: model.kind,
      [keys.layer]: exactJson(model.layer.description, 'the description of the layer'),
      [keys.loss]: lossText(model.loss),
      [keys.on]: 'every step',
      [keys.seed]: String(model.seed),
      [keys.record]: exactJson(model.record, 'the training record'),
    },
  }
}

/**
 * The model that a file's content stands for. All of it is data: descriptions and equations are parsed and checked, none is
 * executed. What does not hold together is an error with code `file`; `file` is what it is called there. `own` makes layers and
 * losses of one's own from what the file says of them.
 */
export function modelFrom(
  { tensors, metadata }: ModelContent,
  file: string,
  own: { readonly layers?: Layers | undefined; readonly losses?: Losses | undefined } = {},
): Model {
  checkVersion(metadata, file)
  const entry = (key: string): string => {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined
    if (value === undefined) throw fault(file, `the metadata has no ${key}`)
    return value
  }
  const read = <Value>(key: string, reader: (text: string) => Value): Value =>
    reading(file, `metadata ${key}`, () => reader(entry(key)))

  const make = read(keys.kind, modelKind)
  const onLast = read(keys.on, readOn)
  const layer = read(keys.layer, (json) => layerOf(json, onLast, own.layers))
  const loss = read(keys.loss, (text) => lossFrom(lossDescription(text), own.losses, ofLoss(layer, tensors)))
  const seed = read(keys.seed, readSeed)
  const record = read(keys.record, (json) => parseJsonObject(json)) as TrainingRecord
  const declared = reading(file, `metadata ${keys.loss}`, () => declaredOf(layer, loss))
  const parameters = parametersOf(declared, tensors, file)
  return make({ layer, loss, seed, parameters, record }, (name, reader, otherwise) =>
    otherwise !== undefined && !Object.hasOwn(metadata, prefix + name)
      ? reader(otherwise)
      : read(prefix + name, reader),
  )
}

/** Whether the last step alone counts. */
function readOn(on: string): boolean {
  if (on === 'every step' || on === 'last step') return on === 'last step'
  throw new Error(`it is ${quoted(on)}; it must be 'every step' or 'last step'`)
}

function readSeed(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= 0xffffffff) return Number(text)
  throw new Error(`it is ${quoted(text)}; it must be a whole number below 2³²`)
}

/** JSON that gives the very same value back. */
export function exactJson(value: Json | LayerDescription | TrainingRecord, what: string): string {
  return JSON.stringify(value, (name, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      throw fault('a model file', `${what} holds ${part} at ${quoted(name)}, for which JSON has no sign`)
    }
    return part
  })
}

/** Makes an error of whatever goes wrong while a part of a file is read. */
export function reading<Value>(file: string, what: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    throw fault(file, `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function checkVersion(metadata: Readonly<Record<string, string>>, file: string): void {
  const found = Object.hasOwn(metadata, keys.version) ? metadata[keys.version] : undefined
  if (found === undefined) {
    throw fault(
      file,
      `it holds no model of unrolled: the metadata has no ${keys.version}; weights of other libraries come in by fromPyTorch`,
    )
  }
  if (found === String(version)) return
  throw fault(
    file,
    /^[1-9]\d{0,5}$/.test(found)
      ? `it has version ${found} of the format, this is unrolled for version ${version}; a newer unrolled reads it`
      : `metadata ${keys.version} is ${quoted(found)}; it must be a version, such as ${version}`,
  )
}

function layerOf(json: string, onLast: boolean, own?: Layers): Layer {
  const description = parseJsonObject(json) as LayerDescription
  checkDescription(description)
  const described = layerFrom(description, own)
  const layer = onLast && outputOf(described).axes.includes('time') ? withLast(description, own) : described
  const wide = layer.states.reduce((sum, { columns }) => sum + columns, 0)
  if (wide > widestStates) throw new Error(`the states are ${wide} numbers together; at most ${widestStates} are read`)
  return layer
}

/** What version 0.1.0 said beside the layers, that the last step alone counts, as a layer behind them. */
function withLast(description: LayerDescription, own?: Layers): Layer {
  const inside = Array.isArray(description['layers']) ? description['layers'] : [['_layer', description]]
  const names = (inside as unknown as [string, Json][]).map(([name]) => name)
  const name = names.includes('last') ? 'last step' : 'last'
  return layerFrom({ ...description, kind: 'chain', layers: [...(inside as Json[]), [name, { kind: 'last' }]] }, own)
}

/** A loss without options is its name alone, as the first files have it. */
const lossText = ({ name, options }: Loss): string =>
  Object.keys(options).length === 0 && !name.startsWith('{') ? name : exactJson({ name, options }, 'the loss')

function lossDescription(text: string): Description {
  if (!text.startsWith('{')) return { name: text, options: {} }
  const { name, options } = parseJsonObject(text)
  if (typeof name !== 'string') throw new Error('the loss has no name')
  if (!isObject(options)) throw new Error('its options are no object')
  return { name, options: options as Description['options'] }
}

/** What a file holds that could be parameters of its loss, as such declare them: all there is to know of a loss that is not known here. */
function ofLoss({ declared }: Layer, tensors: ModelContent['tensors']): ParameterDeclaration[] {
  const own = Object.entries(tensors).filter(
    ([name]) => name.startsWith(lossPrefix) && !declared.some((one) => one.name === name),
  )
  return own.map(([name, { shape }]) => {
    const columns = shape.at(-1) ?? 1
    return {
      name: name.slice(lossPrefix.length),
      shape: { rows: shape.slice(0, -1), columns },
      blocks: [{ columns, init: 0 }],
    }
  })
}

/** Each parameter that is declared, as it is declared; nothing is made larger than what the file holds. */
function parametersOf(
  declared: readonly ParameterDeclaration[],
  tensors: ModelContent['tensors'],
  file: string,
): Named {
  const known = new Set(declared.map(({ name }) => name))
  const strange = Object.keys(tensors).filter((name) => !known.has(name))
  const parameters = named<Tensor>([])
  for (const one of declared) {
    const { name } = one
    const stored = Object.hasOwn(tensors, name) ? tensors[name] : undefined
    if (!stored) {
      const close = nearest(name, strange)
      throw fault(
        file,
        `tensor ${quoted(name)}, which the layers need, is missing${close === undefined ? '' : `; there is ${quoted(close)}`}`,
      )
    }
    const wanted = extentsOf(one)
    if (stored.shape.join() !== wanted.join()) {
      throw fault(
        file,
        `tensor ${quoted(name)} is [${stored.shape.join(', ')}]; by the description of the layers it must be [${wanted.join(', ')}]`,
      )
    }
    const { data } = stored
    if (!(data instanceof Float32Array)) {
      throw fault(file, `tensor ${quoted(name)} is of another dtype; a model's tensors are F32`)
    }
    const bad = firstNonFinite(data)
    if (bad >= 0) {
      const { columns } = one.shape
      const place = wanted.length === 2 ? [Math.floor(bad / columns), bad % columns] : [bad]
      throw fault(file, `tensor ${quoted(name)} holds ${data[bad]} at [${place.join(', ')}]`)
    }
    parameters[name] = { shape: wanted, data }
  }
  const [first] = strange
  if (first === undefined) return parameters
  const more = strange.length === 1 ? '' : ` and ${strange.length - 1} more`
  throw fault(file, `there is a tensor ${quoted(first)}${more}, which belongs to no layer`)
}

/** The place of the first number that is none, or -1. A loop, since these are the millions of numbers of a model. */
function firstNonFinite(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return i
  return -1
}
