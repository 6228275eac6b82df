import { UnrolledError } from '../error.ts'
import type { Layer } from '../layers/index.ts'
import { nearest } from '../nearest.ts'
import { checkNamed, checkTensor, type Named, type Tensor } from '../tensor.ts'
import type { Adjoints, Given } from './forward.ts'

/** Holds what a layer is given against the layer: names, shapes, as many numbers as shapes say, symbols, lengths. */
export function checkGiven(owner: string, layer: Layer, given: Given): void {
  if (typeof layer?.build !== 'function') {
    const advice = (layer as { layer?: unknown } | undefined)?.layer ? ': of a model, model.layer' : ''
    throw new UnrolledError('option', `${owner}: the first argument must be a layer${advice}`)
  }
  const { x, parameters, state = {}, lengths } = given ?? {}
  checkInput(layer, x)
  const [time, batch] = x.shape as [number, number]
  checkParameters(owner, layer, parameters)
  checkStates(layer, state, batch, 'state')
  if (!lengths) return
  const right = (length: number): boolean => Number.isInteger(length) && length >= 0 && length <= time
  if (lengths.length !== batch || !lengths.every(right)) {
    throw new UnrolledError(
      'shape',
      `lengths are ${batch} whole numbers from 0 to ${time}, one a sequence; [${lengths.join(', ')}] was given`,
    )
  }
}

/** Holds adjoints against the layer and what it was given. */
export function checkAdjoints(layer: Layer, { x }: Given, adjoints: Adjoints): void {
  const { output, state = {} } = adjoints ?? {}
  const [time, batch] = x.shape as [number, number]
  if (output) checkTensor('the adjoint of the output', output, [time, batch, layer.output])
  checkStates(layer, state, batch, 'the adjoint of state')
}

function checkInput({ input, symbols }: Layer, x: unknown): asserts x is Tensor {
  const { shape } = (x ?? {}) as Partial<Tensor>
  const [time = 'time', batch = 'batch', columns] = Array.isArray(shape) ? (shape as readonly number[]) : []
  const wanted = (
    columns === undefined && input === 1 && typeof batch === 'number' ? [time, batch] : [time, batch, input]
  ) as number[]
  checkTensor('x', x, wanted)
  if (symbols === undefined) return
  // A table is read at whatever row is asked for.
  const wrong = x.data.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < symbols))
  if (wrong < 0) return
  const place = `step ${Math.floor(wrong / x.shape[1]!)}, sequence ${wrong % x.shape[1]!}`
  throw new UnrolledError(
    'data',
    `x holds the symbol ${x.data[wrong]} at ${place}; the embedding has ${symbols} symbols, from 0`,
  )
}

function checkParameters(owner: string, { declared }: Layer, parameters: Named): void {
  checkNamed(owner, parameters)
  checkKnown(
    'parameter',
    Object.keys(parameters),
    declared.map(({ name }) => name),
  )
  for (const { name, shape } of declared) {
    const value = parameters[name]
    if (value === undefined) throw new UnrolledError('parameters', `the parameter ${name} is missing`)
    checkTensor(`the parameter ${name}`, value, [...(shape.rows as readonly number[]), shape.columns])
  }
}

function checkStates(
  { states }: Layer,
  given: Readonly<Record<string, Tensor>>,
  batch: number,
  what: 'state' | 'the adjoint of state',
): void {
  checkKnown(
    'state',
    Object.keys(given),
    states.map(({ name }) => name),
  )
  for (const { name, columns } of states) {
    if (given[name] !== undefined) checkTensor(`${what} ${name}`, given[name], [batch, columns])
  }
}

function checkKnown(what: string, given: readonly string[], known: readonly string[]): void {
  const strange = given.find((name) => !known.includes(name))
  if (strange === undefined) return
  const close = nearest(strange, known)
  throw new UnrolledError(
    'parameters',
    `there is no ${what} ${strange}${close ? `; did you mean ${close}?` : `; there are ${known.join(', ') || 'none'}`}`,
  )
}
