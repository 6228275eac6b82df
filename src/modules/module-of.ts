import { wordPattern } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { checkStepped } from '../inference/check-stepped.ts'
import { fingerprintOf } from '../inference/snapshot.ts'
import { isObject } from '../json-object.ts'
import { layerGraph, mainOf, optionalOf, type Json } from '../layers/index.ts'
import { checkModel, isReadingText, outputOf, type Model } from '../models/index.ts'
import { padded, stepModule, type StepModule } from '../runtime/index.ts'
import { loaderText } from './loader-text.ts'
import { madeBy } from './made-by.ts'
import { cuts, readers, type Reader } from './readers.ts'
import { nothingMore, sayersByKind, sayersByLoss, type Sayer } from './sayers.ts'
import { declarationsText } from './declarations-text.ts'

/** A model as files that need nothing else: WebAssembly with the weights in it, a loader of a few kB, and its types. */
export interface CompiledModel {
  readonly 'model.wasm': Uint8Array<ArrayBuffer>
  readonly 'index.js': string
  readonly 'index.d.ts': string
}

type Content = Readonly<Record<string, Json>>

/** What `compileModel` does. */
export async function moduleOf(model: Model): Promise<CompiledModel> {
  checkModel(model, 'compileModel')
  checkStepped('compileModel', model.layer)
  const { reader, coding } = readingOf(model)
  const sayer = sayerOf(model)
  const fingerprint = fingerprintOf(model.layer, model.parameters)
  const step = await stepOf(model, fingerprint)
  const about = `A ${model.kind} ${madeBy}`
  const content = model.content() as Content
  const code = [
    `/** ${about} */`,
    `const places = ${JSON.stringify(placesOf(model, step))}`,
    `const fingerprint = ${JSON.stringify(fingerprint)}`,
    `export const content = ${JSON.stringify(content)}`,
    `const coding = ${JSON.stringify(coding)}`,
    reader.code.trim(),
    sayer.code.trim(),
    loaderText.trim(),
    '',
  ]
  const labels = content['labels'] as string[] | undefined
  const types = declarationsText({ about, ...reader, said: sayer.type, labels })
  return { 'model.wasm': step.bytes, 'index.js': code.join('\n'), 'index.d.ts': types }
}

async function stepOf({ layer, parameters: values }: Model, name: string): Promise<StepModule> {
  const { inputs, outputs, parameters, states } = layerGraph(layer, {
    training: false,
    lengths: false,
    without: optionalOf(layer.inputs),
  })
  const input = inputs[mainOf(layer.inputs, 'x')[0]]!
  const [output] = mainOf(layer.outputs, 'output')
  return stepModule({ parameters, states, outputs, sums: {} }, layer, { input, output }, values, name)
}

const placesOf = ({ layer }: Model, { input, output, states }: StepModule): Json => {
  const [, { columns }] = mainOf(layer.inputs, 'x')
  return {
    input,
    inputColumns: columns,
    inputFloats: padded(columns),
    output,
    columns: outputOf(layer).columns,
    states: states.map((state): Json => ({ ...state })),
  }
}

/** How the module reads what the model reads, and what it has to know for that. */
function readingOf(model: Model): { readonly reader: Reader; readonly coding: Content } {
  const content = model.content() as Content
  const [, { columns, symbols }] = mainOf(model.layer.inputs, 'x')
  const plain = { kind: 'plain', columns, ...(symbols !== undefined && { symbols }) }
  const own = isReadingText(model) ? { kind: 'text', ...(content['vocabulary'] as Content) } : content['input']
  const coding = (isObject(own) ? own : plain) as Content
  const reader = readers[String(coding['kind'])]
  if (!reader) throw cannot(`read ${String(coding['kind'])}`)
  const units = coding['units']
  if (units === undefined) return { reader, coding }
  const cut = Object.hasOwn(cuts, String(units)) ? cuts[String(units)] : undefined
  if (!cut) throw cannot(`cut texts into ${String(units)}`)
  return { reader: { ...reader, code: `${cut(wordPattern)}\n${reader.code.trim()}` }, coding }
}

function sayerOf({ kind, loss, content }: Model): Sayer {
  if (loss.decodeSequence || content()['spans'] === true) {
    throw cannot('judge the labels of a sequence together, as this model does; make it without transitions')
  }
  if (Object.hasOwn(sayersByKind, kind)) return sayersByKind[kind]!
  return Object.hasOwn(sayersByLoss, loss.name) ? sayersByLoss[loss.name]! : nothingMore
}

const cannot = (what: string): UnrolledError => new UnrolledError('option', `compileModel: a module cannot ${what}`)
