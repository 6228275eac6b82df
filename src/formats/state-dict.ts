import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'
import { isFloats, type Named, type Tensor } from '../tensor.ts'
import type { StoredData } from './dtype.ts'
import type { Module } from './pytorch-modules.ts'

/** A module's arrays by name, as `readTensors` gives them. */
export type StateDict = Named<{ readonly shape: readonly number[]; readonly data: StoredData }>

/** The tensor a module is told by, and its shape where that says something. */
export interface First {
  readonly name: string
  readonly shape?: readonly number[]
}

/** Takes tensors out of a state dict by name and shape. */
export class StateDictReader {
  readonly #tensors: StateDict
  readonly #taken = new Set<string>()

  constructor(tensors: StateDict) {
    this.#tensors = tensors
  }

  /** Errs where nothing at all belongs to a module: then the names do not fit. */
  enter(module: Module, first: First): void {
    const { name, key, theirs } = module
    const all = Object.keys(this.#tensors)
    if (all.some((tensor) => inside(tensor, theirs))) return
    const there = [...new Set(all.map((tensor) => tensor.slice(0, Math.max(0, tensor.lastIndexOf('.')))))]
    const shown = there.slice(0, 12).map((one) => quotedName(one))
    if (there.length > 12) shown.push('...')
    const wanted = theirs === '' ? 'without a prefix' : quotedName(theirs.slice(0, -1))
    const fitting = there.find((prefix) => this.#fits(first, prefix))
    const advice =
      fitting === undefined
        ? `none of them has a ${first.name} that fits`
        : `say which it is, as in { '${key}': ${quotedName(fitting)} }`
    throw new UnrolledError(
      'pytorch',
      `for the layer ${name} there are no tensors ${wanted}; there are modules ${shown.join(', ') || '(none)'}: ` +
        advice,
    )
  }

  /** Whether what lies under a prefix could be a module's. */
  #fits({ name, shape }: First, prefix: string): boolean {
    const found = this.#find(prefix === '' ? name : `${prefix}.${name}`)
    return found !== undefined && (shape === undefined || found.shape.join() === shape.join())
  }

  /** Errs where something of a module was not taken: it must be larger than the layer. */
  leave({ name, theirs }: Module): void {
    const left = Object.keys(this.#tensors).find((tensor) => inside(tensor, theirs) && !this.#taken.has(tensor))
    if (left === undefined) return
    const { shape } = this.#tensors[left]!
    throw new UnrolledError('pytorch', `${left} [${shape.join(', ')}] has no place in the layer ${name}`)
  }

  #find(name: string): StateDict[string] | undefined {
    return Object.hasOwn(this.#tensors, name) ? this.#tensors[name] : undefined
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  take(name: string, shape: readonly number[]): Tensor {
    const found = this.#find(name)
    if (!found) {
      const alike = Object.entries(this.#tensors).filter(
        ([other, tensor]) => !this.#taken.has(other) && tensor.shape.join() === shape.join(),
      )
      const close = nearest(
        name,
        alike.map(([other]) => other),
      )
      throw new UnrolledError(
        'pytorch',
        `the tensor ${name} [${shape.join(', ')}] is missing${close === undefined ? '' : `; there is ${close}`}`,
      )
    }
    if (found.shape.join() !== shape.join()) {
      throw new UnrolledError(
        'pytorch',
        `the tensor ${name} is [${found.shape.join(', ')}]; the layer wants [${shape.join(', ')}]`,
      )
    }
    const { data } = found
    if (!isFloats(data)) {
      throw new UnrolledError('pytorch', `the tensor ${name} holds whole numbers; weights are floating-point numbers`)
    }
    this.#taken.add(name)
    return { shape: [...shape], data: data.slice() }
  }

  /** A bias, or zeros where the module has none. */
  takeBias(name: string, size: number, like: Tensor): Tensor {
    return this.has(name) ? this.take(name, [size]) : { shape: [size], data: emptyLike(like, size) }
  }
}

const quotedName = (name: string): string => `'${name}'`

/** Whether a tensor belongs to a module itself, not to one inside it. */
const inside = (tensor: string, prefix: string): boolean =>
  tensor.startsWith(prefix) && !tensor.slice(prefix.length).includes('.')

/** Zeros in the precision of another tensor. */
export const emptyLike = ({ data }: Tensor, length: number): Tensor['data'] =>
  data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
