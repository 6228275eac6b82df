import { vocabularyOf, type Vocabulary } from '../data/index.ts'
import { layerFrom, type Json, type Layer, type LayerDescription } from '../layers/index.ts'
import {
  asModel,
  lossFrom,
  type LanguageModel,
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
import { isObject, parseJsonObject } from './json-object.ts'
import { JsonScanner } from './json-scanner.ts'
import { describedLayers } from './layer-description.ts'
import { fault } from './safetensors-header.ts'

/** What a model's file holds: an array for each parameter, and metadata. */
export interface ModelContent {
  readonly tensors: Named<{ readonly shape: readonly number[]; readonly data: StoredData }>
  readonly metadata: Readonly<Record<string, string>>
}

/** The version of the format that is written; all up to it are read. */
const version = 1

const keys = {
  version: 'unrolled.version',
  kind: 'unrolled.kind',
  /** The layer's description: JSON, the equations of its cells inside. */
  layer: 'unrolled.layer',
  /** The loss's name, or JSON with its options where it has any. */
  loss: 'unrolled.loss',
  on: 'unrolled.on',
  seed: 'unrolled.seed',
  /** JSON: units, symbols, and the number of the one that ends lines; of a language model. */
  vocabulary: 'unrolled.vocabulary',
  /** JSON: how it was trained, the kernel path among it. */
  record: 'unrolled.record',
} as const

/** The widest the states of a model may be together, in numbers: none of the file's arrays vouches for them. */
const widestStates = 2 ** 24

/** Everything about a model, as its file holds it. */
export function contentOf(model: Model): ModelContent {
  const { vocabulary } = model as Partial<LanguageModel>
  return {
    tensors: model.parameters,
    metadata: {
      [keys.version]: String(version),
      [keys.kind]: model.kind,
      [keys.layer]: exactJson(model.layer.description, 'the description of the layer'),
      [keys.loss]: lossText(model.loss),
      [keys.on]: model.on,
      [keys.seed]: String(model.seed),
      [keys.record]: exactJson(model.record, 'the training record'),
      ...(vocabulary && {
        [keys.vocabulary]: JSON.stringify({
          units: vocabulary.units,
          symbols: vocabulary.symbols,
          // Of lines; JSON leaves out what is absent.
          boundary: vocabulary.boundary,
        }),
      }),
    },
  }
}

/**
 * The model that a file's content stands for. All of it is data: descriptions and equations are parsed and checked, none is
 * executed. What does not hold together is an error with code `file`; `file` is what it is called there. `losses` makes losses
 * of one's own from the options in the file.
 */
export function modelFrom(
  { tensors, metadata }: ModelContent,
  file: string,
  losses: Losses = {},
): Model | LanguageModel {
  checkVersion(metadata, file)
  const entry = (key: string): string => {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined
    if (value === undefined) throw fault(file, `the metadata has no ${key}`)
    return value
  }
  const read = <Value>(key: string, reader: (text: string) => Value): Value =>
    reading(file, `metadata ${key}`, () => reader(entry(key)))

  const kind = entry(keys.kind)
  if (kind !== 'languageModel' && kind !== 'network') {
    throw fault(file, `there is no model of kind ${quoted(kind)}; there are languageModel and network`)
  }
  const layer = read(keys.layer, layerOf)
  const loss = read(keys.loss, (text) => lossFrom(lossDescription(text), losses))
  const on = entry(keys.on)
  if (on !== 'every step' && on !== 'last step') {
    throw fault(file, `metadata ${keys.on} is ${quoted(on)}; it must be 'every step' or 'last step'`)
  }
  const seed = Number(entry(keys.seed))
  if (!/^\d{1,10}$/.test(entry(keys.seed)) || seed > 0xffffffff) {
    throw fault(file, `metadata ${keys.seed} is ${quoted(entry(keys.seed))}; it must be a whole number below 2³²`)
  }
  const record = read(keys.record, (json) => parseJsonObject(json)) as TrainingRecord
  const parameters = parametersOf(layer, tensors, file)
  const model = { layer, loss, on, seed, parameters, record } as const
  if (kind === 'network') return asModel({ kind, ...model })
  const vocabulary = read(keys.vocabulary, (json) => vocabularyFrom(json, layer))
  reading(file, 'the language model', () => checkLanguageModel(model, vocabulary))
  return asModel<LanguageModel>({ kind, ...model, vocabulary, units: vocabulary.units })
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

function layerOf(json: string): Layer {
  const description = parseJsonObject(json) as LayerDescription
  describedLayers(description)
  const layer = layerFrom(description)
  const wide = layer.states.reduce((sum, { columns }) => sum + columns, 0)
  if (wide > widestStates) throw new Error(`the states are ${wide} numbers together; at most ${widestStates} are read`)
  return layer
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

/** At most as many symbols are read as the file has vectors for. */
function vocabularyFrom(json: string, layer: Layer): Vocabulary {
  const most = embeddedSymbols(layer)
  const scanner = new JsonScanner(json)
  let units: string | undefined
  let boundary: number | undefined
  const symbols: string[] = []
  const readSymbol = (): void => {
    if (symbols.length === most) throw new Error(`it has more symbols than the embedding, which has ${most}`)
    if (scanner.next() !== '"') throw new Error(`symbol ${symbols.length} is not one of the characters or words`)
    symbols.push(scanner.string())
  }
  if (scanner.next() !== '{') throw new Error('it is not a JSON object')
  scanner.object((name) => {
    if (name === 'units') units = scanner.string()
    else if (name === 'boundary') boundary = Number(scanner.raw(20))
    else if (name !== 'symbols')
      throw new Error(`it has an entry ${quoted(name)}; units, symbols and boundary belong there`)
    else if (scanner.next() !== '[') throw new Error('a vocabulary is a list of 1 or more symbols')
    else scanner.list(readSymbol)
  })
  scanner.end()
  if (units !== 'characters' && units !== 'words') throw new Error("units must be 'characters' or 'words'")
  return vocabularyOf(symbols, units, boundary)
}

/** How many symbols the first layer has vectors for. */
function embeddedSymbols(layer: Layer): number {
  const first = describedLayers(layer.description)[0]?.description
  if (first?.kind !== 'embedding') throw new Error('the first layer of a language model must be an embedding')
  return first['symbols'] as number
}

/** Each parameter the layer declares, as it declares it; nothing is made larger than what the file holds. */
function parametersOf(layer: Layer, tensors: ModelContent['tensors'], file: string): Named {
  const declared = new Set(layer.declared.map(({ name }) => name))
  const strange = Object.keys(tensors).filter((name) => !declared.has(name))
  const parameters = named<Tensor>([])
  for (const { name, shape } of layer.declared) {
    const stored = Object.hasOwn(tensors, name) ? tensors[name] : undefined
    if (!stored) {
      const close = nearest(name, strange)
      throw fault(
        file,
        `tensor ${quoted(name)}, which the layers need, is missing${close === undefined ? '' : `; there is ${quoted(close)}`}`,
      )
    }
    const wanted = [...(shape.rows as readonly number[]), shape.columns]
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
      const { columns } = shape
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

/** Holds layers against the vocabulary: what numbers a symbol must have a row in the first, and a logit in the last. */
function checkLanguageModel({ layer, loss, on }: Omit<Model, 'kind'>, { size }: Vocabulary): void {
  if (embeddedSymbols(layer) !== size) {
    throw new Error(`the vocabulary has ${size} symbols, so the first layer must be an embedding of ${size}`)
  }
  if (layer.output !== size) {
    throw new Error(`the vocabulary has ${size} symbols, but the last layer gives ${layer.output} columns`)
  }
  if (lossText(loss) !== 'crossEntropy' || on !== 'every step') {
    throw new Error(`its loss must be crossEntropy on every step, not ${lossText(loss)} on ${on}`)
  }
}
