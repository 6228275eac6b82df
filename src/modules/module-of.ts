import { wordPattern } from '../data/index.ts'
import { UnrolledError } from '../error.ts'
import { checkSteps } from '../inference/check-steps.ts'
import { fingerprintOf } from '../inference/snapshot.ts'
import { isObject } from '../json-object.ts'
import { layerGraph, mainOf, optionalOf, type Json } from '../layers/index.ts'
import { checkModel, isReadingText, outputOf, type Model } from '../models/index.ts'
import { padded, sequenceModule, type SequenceModule } from '../runtime/index.ts'
import { loaderText, modelText, openText } from './loader-text.ts'
import { machineText } from './machine-text.ts'
import { madeBy } from './made-by.ts'
import { cuts, readers, type Reader } from './readers.ts'
import { sessionText } from './session-text.ts'
import { nothingMore, sayersByKind, sayersByLoss, type Sayer } from './sayers.ts'
import { declarationsText } from './declarations-text.ts'

/** A model as files that need nothing else: WebAssembly with the weights in it, a loader of a few kB, and its types. */
export interface CompiledModel {
  /** Program and weights, without imports. */
  readonly 'model.wasm': Uint8Array<ArrayBuffer>
  /** An ES module that reads what the model reads, runs the program, and says what the model says. */
  readonly 'index.js': string
  /** The types of that module. */
  readonly 'index.d.ts': string
}

type Content = Readonly<Record<string, Json>>

/** What `compileModel` does. */
export async function moduleOf(model: Model): Promise<CompiledModel> {
  checkModel(model, 'compileModel')
  checkSteps('compileModel', model.layer, 'a module')
  const { reader, coding } = readingOf(model)
  const sayer = sayerOf(model)
  const fingerprint = fingerprintOf(model.layer, model.parameters)
  const module = await programOf(model, fingerprint)
  const steps = model.layer.causal !== false && !(reader.whole && Number(coding['steps'] ?? 1) > 1)
  const about = `A ${model.kind} ${madeBy}`
  const content = model.content() as Content
  const code = [
    `/** ${about} */`,
    `const places = ${JSON.stringify(placesOf(model, module))}`,
    `const fingerprint = ${JSON.stringify(fingerprint)}`,
    `export const content = ${JSON.stringify(content)}`,
    `const coding = ${JSON.stringify(coding)}`,
    reader.code.trim(),
    sayer.code.trim(),
    loaderText.trim(),
    machineText.trim(),
    modelText(steps ? openText : '').trim(),
    ...(steps ? [sessionText.trim()] : []),
    '',
  ]
  const labels = content['labels'] as string[] | undefined
  const types = declarationsText({
    about,
    step: typeof reader.step === 'string' ? reader.step : reader.step(coding),
    sequence: reader.sequence,
    said: sayer.type,
    labels,
    once: !outputOf(model.layer).axes.includes('time'),
    steps,
  })
  return { 'model.wasm': module.bytes, 'index.js': code.join('\n'), 'index.d.ts': types }
}

async function programOf({ layer, parameters: values }: Model, name: string): Promise<SequenceModule> {
  const { inputs, outputs, parameters, states } = layerGraph(layer, {
    training: false,
    lengths: false,
    without: optionalOf(layer.inputs),
  })
  const input = inputs[mainOf(layer.inputs, 'x')[0]]!
  const [output] = mainOf(layer.outputs, 'output')
  return sequenceModule({ parameters, states, outputs, sums: {} }, layer, { input, output }, values, name)
}

/** What the loader has to know of the memory. */
const placesOf = ({ layer }: Model, { bytes: _, ...places }: SequenceModule): object => {
  const [, { columns: inputColumns }] = mainOf(layer.inputs, 'x')
  const { columns, axes } = outputOf(layer)
  return {
    ...places,
    inputColumns,
    inputFloats: padded(inputColumns),
    columns,
    outputFloats: padded(columns),
    once: !axes.includes('time'),
  }
}

/** How the module reads what the model reads, and what it has to know for that. */
function readingOf(model: Model): { readonly reader: Reader; readonly coding: Content } {
  if (model.reads) throw cannot(`read windows of series, as this ${model.kind} does`)
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
  const together = 'judge the labels of a sequence together, as this model does: '
  if (loss.decodeSequence) throw cannot(`${together}its loss is ${loss.name}`)
  if (content()['spans'] === true) throw cannot(`${together}they mark spans`)
  if (Object.hasOwn(sayersByKind, kind)) return sayersByKind[kind]!
  return Object.hasOwn(sayersByLoss, loss.name) ? sayersByLoss[loss.name]! : nothingMore
}

const cannot = (what: string): UnrolledError =>
  new UnrolledError('option', `compileModel: a module cannot ${what}; the library in a page can`)
