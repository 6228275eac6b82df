import { UnrolledError } from '../error.ts'
import { extentsOf, mainName, mainOf, type Layer, type Port } from '../layers/index.ts'
import { lossPrefix } from '../models/index.ts'
import { nearest } from '../nearest.ts'
import { checkBoolean, checkNames, checkNumber, shown, wrongOption } from '../options.ts'
import { checkNamed, checkTensor, type Named, type Tensor } from '../tensor.ts'
import type { Adjoints, Given } from './given.ts'

/** Extents of the axes of what is given. */
export interface Sizes {
  readonly time: number
  readonly source: number
  readonly batch: number
}

/** What was given, held against the layer: inputs by the names of their ports, and how far their axes go. */
export interface CheckedGiven {
  readonly inputs: Named
  readonly sizes: Sizes
}

const names: readonly (keyof Given)[] = [
  'parameters',
  'x',
  'inputs',
  'state',
  'lengths',
  'sourceLengths',
  'starts',
  'training',
  'seed',
  'taps',
]
const synonyms = { train: 'training', states: 'state', initialState: 'state', h0: 'state: { h }', input: 'x' }

/** Holds what a layer is given against the layer: names, shapes, as many numbers as shapes say, symbols, lengths, starts. */
export function checkGiven(owner: string, layer: Layer, given: Given): CheckedGiven {
  if (typeof layer?.build !== 'function') {
    const { layer: inside, fit } = (layer ?? {}) as { layer?: unknown; fit?: unknown }
    const advice = inside ? ': of a model, model.layer' : fit ? '; the size of its input is not known: say it' : ''
    throw new UnrolledError('option', `${owner}: the first argument must be a layer${advice}`)
  }
  checkNames(owner, given ?? {}, names, synonyms)
  const { parameters, state = {}, lengths, sourceLengths, starts, training = false, seed = 0, taps = [] } = given ?? {}
  if (!Array.isArray(taps) || !taps.every((name) => typeof name === 'string'))
    throw wrongOption(owner, 'taps', taps, "a list of names, as ['rnn.z']")
  checkBoolean(owner, 'training', training)
  checkNumber(owner, 'seed', seed, { from: 0, to: 0xffffffff, whole: true })
  const inputs = inputsOf(owner, layer, given ?? {})
  const found = sizesOf(layer, inputs)
  for (const [name, tensor] of Object.entries(inputs)) checkInput(name, layer.inputs[name]!, tensor, found)
  const sizes = { time: 1, source: 1, batch: 1, ...found }
  checkParameters(owner, layer, parameters)
  checkStates(layer, state, sizes.batch, 'state')
  checkLengths('lengths', lengths, sizes.time, sizes.batch)
  checkLengths('sourceLengths', sourceLengths, sizes.source, sizes.batch)
  if (starts !== undefined) checkTensor('starts', starts, [sizes.time, sizes.batch])
  return { inputs, sizes }
}

/** The shape of a port's tensor; where an axis is not known yet, its name stands. */
export const tensorShape = ({ axes, columns }: Port, sizes: Partial<Sizes>): number[] => [
  ...axes.map((axis) => sizes[axis] ?? (axis as unknown as number)),
  columns,
]

/** Holds adjoints against the layer and what it was given; gives them by the names of the layer's outputs. */
export function checkAdjoints(layer: Layer, sizes: Sizes, adjoints: Adjoints): Named {
  checkNames('backward: adjoints', adjoints ?? {}, ['output', 'outputs', 'state'], { x: 'output' })
  const { output, outputs = {}, state = {} } = adjoints ?? {}
  if (typeof outputs !== 'object' || outputs === null) {
    throw wrongOption('backward: adjoints', 'outputs', outputs, 'tensors by the names of outputs')
  }
  const main = mainName(layer.outputs, 'output') ?? Object.keys(layer.outputs)[0]!
  const all = { ...outputs, ...(output !== undefined && { [main]: output }) }
  checkKnown('output', Object.keys(all), Object.keys(layer.outputs))
  for (const [name, tensor] of Object.entries(all)) {
    const what = name === main ? 'the adjoint of the output' : `the adjoint of the output ${name}`
    checkTensor(what, tensor, tensorShape(layer.outputs[name]!, sizes))
  }
  checkStates(layer, state, sizes.batch, 'the adjoint of state')
  return all
}

/** What is given for each port; `x` is the only one, or that of this name. */
function inputsOf(owner: string, { inputs: ports }: Layer, { x, inputs = {} }: Partial<Given>): Named {
  if (typeof inputs !== 'object' || inputs === null) {
    throw new UnrolledError(
      'option',
      `${owner}: inputs are tensors by the names of ports: ${Object.keys(ports).join(', ')}`,
    )
  }
  const all = x === undefined && Object.keys(inputs).length > 0 ? inputs : { ...inputs, [mainOf(ports, 'x')[0]]: x! }
  checkKnown('input', Object.keys(all), Object.keys(ports))
  const missing = Object.keys(ports).find((name) => !ports[name]!.optional && all[name] === undefined)
  if (missing !== undefined) {
    checkTensor(missing, undefined, tensorShape(ports[missing]!, {}))
  }
  return Object.fromEntries(Object.entries(all).filter(([, tensor]) => tensor !== undefined))
}

/** How far each axis goes, by the first input that has it. */
function sizesOf({ inputs: ports }: Layer, inputs: Named): Partial<Sizes> {
  const found: { -readonly [axis in keyof Sizes]?: number } = {}
  for (const [name, tensor] of Object.entries(inputs)) {
    const { shape } = (tensor ?? {}) as Partial<Tensor>
    if (!Array.isArray(shape)) continue
    for (const [i, axis] of ports[name]!.axes.entries()) {
      if (typeof shape[i] === 'number') found[axis] ??= shape[i]
    }
  }
  return found
}

function checkInput(name: string, port: Port, tensor: Tensor, sizes: Partial<Sizes>): void {
  const wanted = tensorShape(port, sizes)
  const { shape } = (tensor ?? {}) as Partial<Tensor>
  // Of one number a row, its own axis may be left out.
  const short = port.columns === 1 && Array.isArray(shape) && shape.length === port.axes.length
  checkTensor(name, tensor, short ? wanted.slice(0, -1) : wanted)
  if (port.symbols === undefined) return
  const { symbols } = port
  // A table is read at whatever row is asked for.
  const wrong = tensor.data.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < symbols))
  if (wrong < 0) return
  const rows = port.axes.length === 2 ? `step ${Math.floor(wrong / sizes.batch!)}, ` : ''
  throw new UnrolledError(
    'data',
    `${name} holds the symbol ${tensor.data[wrong]} at ${rows}sequence ${wrong % sizes.batch!}; ` +
      `the embedding has ${symbols} symbols, from 0`,
  )
}

function checkLengths(what: string, lengths: readonly number[] | undefined, most: number, batch: number): void {
  if (lengths === undefined) return
  const right = (length: number): boolean => Number.isInteger(length) && length >= 0 && length <= most
  if ((Array.isArray(lengths) || ArrayBuffer.isView(lengths)) && lengths.length === batch && lengths.every(right))
    return
  throw new UnrolledError(
    'shape',
    `${what} are ${batch} whole numbers from 0 to ${most}, one a sequence; ${shown(lengths)} was given`,
  )
}

export function checkParameters(owner: string, { declared }: Layer, parameters: Named): void {
  checkNamed(owner, parameters)
  checkKnown(
    'parameter',
    // Those of a model are of its loss too.
    Object.keys(parameters).filter((name) => !name.startsWith(lossPrefix)),
    declared.map(({ name }) => name),
  )
  for (const one of declared) {
    const { name } = one
    const value = parameters[name]
    if (value === undefined) throw new UnrolledError('parameters', `the parameter ${name} is missing`)
    checkTensor(`the parameter ${name}`, value, extentsOf(one))
  }
}

function checkStates(
  { states }: Layer,
  given: Readonly<Record<string, Tensor>>,
  batch: number,
  what: 'state' | 'the adjoint of state',
): void {
  if (typeof given !== 'object' || given === null) {
    throw new UnrolledError('shape', `${what} is ${shown(given)}; it must be tensors by the names of states`)
  }
  checkKnown(
    'state',
    Object.keys(given),
    states.map(({ name }) => name),
  )
  for (const { name, columns } of states) {
    if (given[name] !== undefined) checkTensor(`${what} ${name}`, given[name], [batch, columns])
  }
}

/** Refuses values to be tapped that there are not, with the list of those there are. */
export function checkTaps(owner: string, asked: readonly string[], there: readonly string[]): void {
  const strange = asked.find((name) => !there.includes(name))
  if (strange === undefined) return
  const close = nearest(strange, there)
  throw new UnrolledError(
    'option',
    `${owner}: taps: there is nothing called ${strange}${close ? `; did you mean ${close}?` : ''}; ` +
      `there are ${there.join(', ') || 'none'}`,
  )
}

/** Refuses names that nobody knows, with the nearest one. */
export function checkKnown(what: string, given: readonly string[], known: readonly string[]): void {
  const strange = given.find((name) => !known.includes(name))
  if (strange === undefined) return
  const close = nearest(strange, known)
  throw new UnrolledError(
    'parameters',
    `there is no ${what} ${strange}${close ? `; did you mean ${close}?` : `; there are ${known.join(', ') || 'none'}`}`,
  )
}
