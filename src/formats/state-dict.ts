import { UnrolledError } from '../error.ts'
import { nearest } from '../nearest.ts'
import type { Tensor } from '../tensor.ts'
import type { StoredData } from './dtype.ts'
import type { Module } from './pytorch-modules.ts'

/** A module's arrays by name, as `readTensors` gives them. */
export type StateDict = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: StoredData }>

/** Takes tensors out of a state dict by name and shape. */
export class StateDictReader {
  readonly #tensors: StateDict
  readonly #taken = new Set<string>()

  constructor(tensors: StateDict) {
    this.#tensors = tensors
  }

  /** Errs where nothing at all belongs to a module: then the names do not fit. */
  enter({ name, key, theirs }: Module): void {
    const all = [...this.#tensors.keys()]
    if (all.some((tensor) => inside(tensor, theirs))) return
    const there = [...new Set(all.map((tensor) => tensor.slice(0, Math.max(0, tensor.lastIndexOf('.')))))]
    const shown = there.slice(0, 12).map((one) => `'${one}'`)
    if (there.length > 12) shown.push('...')
    const wanted = theirs === '' ? 'without a prefix' : `'${theirs.slice(0, -1)}'`
    throw new UnrolledError(
      'pytorch',
      `for the layer ${name} there are no tensors ${wanted}; there are modules ${shown.join(', ') || '(none)'}: ` +
        `say which it is, as in { '${key}': ${there[0] === undefined ? "'...'" : `'${there[0]}'`} }`,
    )
  }

  /** Errs where something of a module was not taken: it must be larger than the layer. */
  leave({ name, theirs }: Module): void {
    const left = [...this.#tensors.keys()].find((tensor) => inside(tensor, theirs) && !this.#taken.has(tensor))
    if (left === undefined) return
    const { shape } = this.#tensors.get(left)!
    throw new UnrolledError('pytorch', `${left} [${shape.join(', ')}] has no place in the layer ${name}`)
  }

  has(name: string): boolean {
    return this.#tensors.has(name)
  }

  take(name: string, shape: readonly number[]): Tensor {
    const found = this.#tensors.get(name)
    if (!found) {
      const alike = [...this.#tensors].filter(
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
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
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

/** Whether a tensor belongs to a module itself, not to one inside it. */
const inside = (tensor: string, prefix: string): boolean =>
  tensor.startsWith(prefix) && !tensor.slice(prefix.length).includes('.')

/** Zeros in the precision of another tensor. */
export const emptyLike = ({ data }: Tensor, length: number): Tensor['data'] =>
  data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
