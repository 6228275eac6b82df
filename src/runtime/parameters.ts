import { layoutOf } from '../compiler/layout.ts'
import { UnrolledError } from '../error.ts'
import { nameOf, type Node } from '../graph/index.ts'
import { named, type Named, type Tensor } from '../tensor.ts'

/** Moves named tensors into and out of the padded flat order that parameters have in device memory. */
export class ParameterLayout {
  /** Floats of the whole, pads included. */
  readonly floats: number
  readonly #entries: readonly { name: string; shape: readonly number[]; offset: number; pitch: number }[]

  constructor(parameters: readonly Node[]) {
    const { places, floats } = layoutOf(parameters)
    this.floats = floats
    this.#entries = parameters.map((node) => ({
      name: nameOf(node),
      shape: [...(node.shape.rows as readonly number[]), node.shape.columns],
      ...places.get(node)!,
    }))
  }

  /** Writes tensors by name into the flat order. */
  pack(tensors: Named, into: Float32Array | Float64Array): void {
    into.fill(0)
    for (const { name, shape, offset, pitch } of this.#entries) {
      const tensor = tensors[name]
      if (!tensor) throw new UnrolledError('parameters', `the parameter ${name} is missing`)
      if (tensor.shape.join() !== shape.join()) {
        throw new UnrolledError(
          'shape',
          `the parameter ${name} is [${tensor.shape.join(', ')}]; it must be [${shape.join(', ')}]`,
        )
      }
      const columns = shape.at(-1)!
      const rows = tensor.data.length / columns
      for (let row = 0; row < rows; row++) {
        into.set(tensor.data.subarray(row * columns, (row + 1) * columns), offset + row * pitch)
      }
    }
  }

  /** Writes one number everywhere where a parameter has its values. */
  fill(into: Float32Array, valueOf: (name: string) => number): void {
    into.fill(0)
    for (const { name, shape, offset, pitch } of this.#entries) {
      const value = valueOf(name)
      const columns = shape.at(-1)!
      const rows = shape.length === 2 ? shape[0]! : 1
      for (let row = 0; row < rows; row++) into.fill(value, offset + row * pitch, offset + row * pitch + columns)
    }
  }

  /** Tensors by name, of new arrays of the same type as `from`. */
  unpack(from: Float32Array | Float64Array): Named {
    const result = named<Tensor>([])
    for (const { name, shape, offset, pitch } of this.#entries) {
      const columns = shape.at(-1)!
      const rows = shape.length === 2 ? shape[0]! : 1
      const data = from instanceof Float32Array ? new Float32Array(rows * columns) : new Float64Array(rows * columns)
      for (let row = 0; row < rows; row++) {
        data.set(from.subarray(offset + row * pitch, offset + row * pitch + columns), row * columns)
      }
      result[name] = { shape, data }
    }
    return result
  }
}
