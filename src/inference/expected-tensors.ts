import { UnrolledError } from '../error.ts'
import { mainOf, type Layer } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import { named, tensor, type Named, type Tensor } from '../tensor.ts'
import type { Given } from './given.ts'
import { partsOf } from './parts-of.ts'

/** Tensors by name, as `readTensors` gives them. */
export type ExpectedTensors = Named<{
  readonly shape: readonly number[]
  readonly data: ArrayLike<number> | ArrayLike<bigint>
}>

/** How far what is computed here is from what is expected. */
export interface Verification {
  /** The largest |ours − expected|. */
  readonly largestDifference: number
  /** The same divided by the largest |expected| of that tensor. */
  readonly relativeDifference: number
  /** Where it is. */
  readonly at: {
    readonly tensor: string
    readonly index: readonly number[]
    readonly ours: number
    readonly expected: number
  }
}

/** What came out of a run. */
interface Result {
  readonly output: Tensor
  readonly state: Readonly<Record<string, Tensor>>
}

/** What stands in a file of expected values. */
export class Content {
  readonly layer: Layer
  readonly #parameters: Named
  readonly #tensors: ExpectedTensors

  constructor(target: Model | Layer, given: Named | undefined, tensors: ExpectedTensors) {
    const { layer, own } = partsOf('verify', target)
    if (typeof tensors !== 'object' || tensors === null) {
      throw new UnrolledError(
        'verify',
        'verify: the second argument must be tensors by name, as readTensors gives them',
      )
    }
    const parameters = given ?? own
    if (!parameters) throw new UnrolledError('verify', 'verify: a layer has no values of its own; give its parameters')
    this.layer = layer
    this.#parameters = parameters
    this.#tensors = named(Object.entries(tensors))
    const states = layer.states.map(({ name }) => name)
    const known = new Set([
      ...['input', 'output', 'lengths'],
      ...states.flatMap((name) => [`state.${name}`, `final.${name}`, `${lastPart(name)}0`, `${lastPart(name)}n`]),
    ])
    const strange = Object.keys(tensors).find((name) => !known.has(name))
    if (strange !== undefined) {
      throw new UnrolledError('verify', `verify: the tensor ${strange} is none of ${[...known].join(', ')}`)
    }
    for (const name of ['input', 'output']) {
      if (!Object.hasOwn(tensors, name)) {
        throw new UnrolledError(
          'verify',
          `verify: there is no tensor ${name}; there are ${Object.keys(tensors).join(', ') || 'none'}`,
        )
      }
    }
  }

  /** All that goes into a run. */
  given(): Given {
    return { parameters: this.#parameters, x: this.#input(), state: this.#initial(), ...this.#lengths() }
  }

  /** The same with the first two axes of the sequences exchanged; undefined where there are none. */
  transposed(target: Model | Layer): Content | undefined {
    const input = this.#get('input')!
    const output = this.#get('output')!
    if (input.shape.length < 2) return undefined
    const swapped = {
      ...this.#tensors,
      input: axesExchanged(input),
      ...(output.shape.length === 3 && { output: axesExchanged(output) }),
    }
    return new Content(target, this.#parameters, swapped)
  }

  /** Where what came out is furthest from what is expected. */
  furthest(result: Result): Verification {
    let furthest: Verification | undefined
    for (const [name, ours] of this.#results(result)) {
      const found = compare(name, ours, this.#get(name)!)
      if (!furthest || !(found.largestDifference <= furthest.largestDifference)) furthest = found
    }
    return furthest!
  }

  /** A tensor, its numbers in float64. */
  #get(name: string): Tensor | undefined {
    const found = this.#tensors[name]
    return found && { shape: found.shape, data: Float64Array.from(found.data as ArrayLike<number>, Number) }
  }

  #input(): Tensor {
    const { shape, data } = this.#get('input')!
    return tensor(
      data as Float64Array,
      mainOf(this.layer.inputs, 'x')[1].columns === 1 && shape.length === 2 ? [...shape, 1] : shape,
    )
  }

  #lengths(): { readonly lengths?: readonly number[] } {
    const found = this.#get('lengths')
    return found ? { lengths: [...found.data] } : {}
  }

  #initial(): Record<string, Tensor> {
    return Object.fromEntries(
      this.layer.states.flatMap(({ name }) => {
        const found = this.#get(`state.${name}`) ?? this.#part(name)
        return found ? [[name, found]] : []
      }),
    )
  }

  /** What came out, under the names of what is expected. */
  *#results(result: Result): Generator<[string, Tensor], void> {
    yield ['output', result.output]
    for (const { name } of this.layer.states) {
      if (this.#tensors[`final.${name}`]) yield [`final.${name}`, result.state[name]!]
    }
    for (const last of new Set(this.layer.states.map(({ name }) => lastPart(name)))) {
      if (!this.#tensors[`${last}n`]) continue
      const parts = this.layer.states
        .filter(({ name }) => lastPart(name) === last)
        .map(({ name }) => result.state[name]!)
      const data = Float64Array.from(parts.flatMap(({ data }) => [...data]))
      yield [`${last}n`, { shape: [parts.length, ...parts[0]!.shape], data }]
    }
  }

  /** A state's part of PyTorch's `h0` or `c0`, which hold a layer and direction after the other. */
  #part(name: string): Tensor | undefined {
    const last = lastPart(name)
    const whole = this.#get(`${last}0`)
    if (!whole) return undefined
    const alike = this.layer.states.filter((state) => lastPart(state.name) === last)
    const [count, ...shape] = whole.shape
    if (count !== alike.length || shape.length !== 2) {
      throw new UnrolledError(
        'shape',
        `verify: ${last}0 is [${whole.shape.join(', ')}]; it must be [${alike.length}, batch, ${alike[0]!.columns}]`,
      )
    }
    const size = shape[0]! * shape[1]!
    const at = alike.findIndex((state) => state.name === name) * size
    return { shape, data: whole.data.slice(at, at + size) }
  }
}

function axesExchanged({ shape, data }: Tensor): Tensor {
  const [first, second, ...rest] = shape as [number, number, ...number[]]
  const wide = rest.reduce((a, b) => a * b, 1)
  const result = new Float64Array(data.length)
  for (let i = 0; i < first; i++) {
    for (let j = 0; j < second; j++) {
      const from = (i * second + j) * wide
      result.set(data.subarray(from, from + wide), (j * first + i) * wide)
    }
  }
  return { shape: [second, first, ...rest], data: result }
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function compare(name: string, ours: Tensor, expected: Tensor): Verification {
  if (ours.shape.join() !== expected.shape.join()) {
    throw new UnrolledError(
      'shape',
      `verify: ${name} is expected to be [${expected.shape.join(', ')}]; what comes out is [${ours.shape.join(', ')}]${
        expected.shape.length === 2 && ours.shape.length === 3
          ? '; a classifier that answers once for a sequence has a layer that makes one row of all steps: last()'
          : ''
      }`,
    )
  }
  let largest = 0
  let at = 0
  let scale = 0
  for (let i = 0; i < ours.data.length; i++) {
    const difference = Math.abs(ours.data[i]! - expected.data[i]!)
    scale = Math.max(scale, Math.abs(expected.data[i]!))
    // What is no number is as far as can be.
    if (difference <= largest) continue
    largest = Number.isNaN(difference) ? Infinity : difference
    at = i
    if (largest === Infinity) break
  }
  const index: number[] = []
  let rest = at
  for (const size of [...ours.shape].reverse()) {
    index.unshift(rest % size)
    rest = Math.floor(rest / size)
  }
  return {
    largestDifference: largest,
    relativeDifference: largest === 0 ? 0 : largest / scale,
    at: { tensor: name, index, ours: ours.data[at]!, expected: expected.data[at]! },
  }
}
