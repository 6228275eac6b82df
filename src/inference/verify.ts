import { UnrolledError } from '../error.ts'
import type { Layer } from '../layers/index.ts'
import type { Model } from '../models/index.ts'
import { checkNames } from '../options.ts'
import { engineNames, engineOf, type EngineOptions } from '../runtime/index.ts'
import { tensor, type Tensor } from '../tensor.ts'
import { forward } from './forward.ts'

/** Tensors by name, as `readTensors` gives them. */
export type ExpectedTensors = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: ArrayLike<number> | ArrayLike<bigint> }
>

export interface VerificationOptions extends EngineOptions {
  /** Of a layer, its parameters; a model has its own. */
  readonly parameters?: ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>
}

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

/**
 * Runs a model or layer on inputs and compares what comes out with what another library gave for them, float64 on the backend
 * `reference`. The tensors are, by name:
 *
 * - `input`: `[time, batch, features]`, or symbols as `[time, batch]`;
 * - `output`: `[time, batch, features]`;
 * - if sequences have lengths of their own, `lengths`: `[batch]`; outputs past them are zero;
 * - if states are given or expected, `state.NAME` and `final.NAME`: `[batch, columns]` by our names; or PyTorch's `h0`, `c0`,
 *   `hn`, `cn`: `[layers × directions, batch, columns]`.
 *
 * @throws UnrolledError `verify` for tensors that are missing or unknown, `shape` where sizes differ.
 */
export async function verify(
  target: Model | Layer,
  tensors: ExpectedTensors,
  options: VerificationOptions = {},
): Promise<Verification> {
  checkNames('verify', options, ['parameters', ...engineNames])
  const layer = 'layer' in target ? target.layer : target
  const given = options.parameters ?? ('layer' in target ? target.parameters : undefined)
  if (!given) throw new UnrolledError('verify', 'verify: a layer has no values of its own; give its parameters')
  const content = new Content(layer, tensors)
  const x = content.input()
  const result = await forward(
    layer,
    {
      parameters: given instanceof Map ? Object.fromEntries(given) : (given as Record<string, Tensor>),
      x,
      state: content.initial(),
      ...content.lengths(),
    },
    engineOf(options),
  )
  let largest: Verification | undefined
  for (const [name, ours] of content.results(result)) {
    const found = compare(name, ours, content.get(name)!)
    if (!largest || !(found.largestDifference <= largest.largestDifference)) largest = found
  }
  return largest!
}

/** What stands in a file of expected values. */
class Content {
  readonly #layer: Layer
  readonly #tensors: ExpectedTensors

  constructor(layer: Layer, tensors: ExpectedTensors) {
    this.#layer = layer
    this.#tensors = tensors
    const states = layer.states.map(({ name }) => name)
    const known = new Set([
      ...['input', 'output', 'lengths'],
      ...states.flatMap((name) => [`state.${name}`, `final.${name}`, `${lastPart(name)}0`, `${lastPart(name)}n`]),
    ])
    const strange = [...tensors.keys()].find((name) => !known.has(name))
    if (strange !== undefined) {
      throw new UnrolledError('verify', `verify: the tensor ${strange} is none of ${[...known].join(', ')}`)
    }
    for (const name of ['input', 'output']) {
      if (!tensors.has(name)) {
        throw new UnrolledError(
          'verify',
          `verify: there is no tensor ${name}; there are ${[...tensors.keys()].join(', ') || 'none'}`,
        )
      }
    }
  }

  /** A tensor, its numbers in float64. */
  get(name: string): Tensor | undefined {
    const found = this.#tensors.get(name)
    return found && { shape: found.shape, data: Float64Array.from(found.data as ArrayLike<number>, Number) }
  }

  input(): Tensor {
    const { shape, data } = this.get('input')!
    return tensor(data as Float64Array, this.#layer.input === 1 && shape.length === 2 ? [...shape, 1] : shape)
  }

  lengths(): { readonly lengths?: readonly number[] } {
    const found = this.get('lengths')
    return found ? { lengths: [...found.data] } : {}
  }

  initial(): Record<string, Tensor> {
    return Object.fromEntries(
      this.#layer.states.flatMap(({ name }) => {
        const found = this.get(`state.${name}`) ?? this.#part(name)
        return found ? [[name, found]] : []
      }),
    )
  }

  /** What came out, under the names of what is expected. */
  *results(result: {
    readonly output: Tensor
    readonly state: Readonly<Record<string, Tensor>>
  }): Generator<[string, Tensor], void> {
    yield ['output', result.output]
    for (const { name } of this.#layer.states) {
      if (this.#tensors.has(`final.${name}`)) yield [`final.${name}`, result.state[name]!]
    }
    for (const last of new Set(this.#layer.states.map(({ name }) => lastPart(name)))) {
      if (!this.#tensors.has(`${last}n`)) continue
      const parts = this.#layer.states
        .filter(({ name }) => lastPart(name) === last)
        .map(({ name }) => result.state[name]!)
      const data = Float64Array.from(parts.flatMap(({ data }) => [...data]))
      yield [`${last}n`, { shape: [parts.length, ...parts[0]!.shape], data }]
    }
  }

  /** A state's part of PyTorch's `h0` or `c0`, which hold a layer and direction after the other. */
  #part(name: string): Tensor | undefined {
    const last = lastPart(name)
    const whole = this.get(`${last}0`)
    if (!whole) return undefined
    const alike = this.#layer.states.filter((state) => lastPart(state.name) === last)
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

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function compare(name: string, ours: Tensor, expected: Tensor): Verification {
  if (ours.shape.join() !== expected.shape.join()) {
    throw new UnrolledError(
      'shape',
      `verify: ${name} is expected to be [${expected.shape.join(', ')}]; what comes out is [${ours.shape.join(', ')}]`,
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
