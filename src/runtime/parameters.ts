import { layoutOf, type ParameterPlace } from '../compiler/layout.ts'
import { UnrolledError } from '../error.ts'
import { nameOf, type Node } from '../graph/index.ts'
import { named, type Named, type Tensor } from '../tensor.ts'

/** A parameter as a tensor, and where its rows lie in the flat order. */
interface Entry extends ParameterPlace {
  readonly name: string
  readonly shape: readonly number[]
  readonly rows: number
  readonly columns: number
}

/** Moves named tensors into and out of the padded flat order that parameters have in device memory. */
export class ParameterLayout {
  /** Floats of the whole, pads included. */
  readonly floats: number
  readonly #entries: readonly Entry[]

  constructor(parameters: readonly Node[]) {
    const { places, floats } = layoutOf(parameters)
    this.floats = floats
    this.#entries = parameters.map((node) => {
      const { columns } = node.shape
      const rows = node.shape.rows as readonly number[]
      return { name: nameOf(node), shape: [...rows, columns], rows: rows[0] ?? 1, columns, ...places.get(node)! }
    })
  }

  /** Writes tensors by name into the flat order; `into` is zeros, which pads stay. */
  pack(tensors: Named, into: Float32Array | Float64Array): void {
    for (const { name, shape, rows, columns, offset, pitch } of this.#entries) {
      const tensor = tensors[name]
      if (!tensor) throw new UnrolledError('parameters', `the parameter ${name} is missing`)
      if (tensor.shape.join() !== shape.join()) {
        throw new UnrolledError(
          'shape',
          `the parameter ${name} is [${tensor.shape.join(', ')}]; it must be [${shape.join(', ')}]`,
        )
      }
      for (let row = 0; row < rows; row++) {
        into.set(tensor.data.subarray(row * columns, (row + 1) * columns), offset + row * pitch)
      }
    }
  }

  /** Writes one number into zeros, everywhere where a parameter has its values. */
  fill(into: Float32Array, valueOf: (name: string) => number): void {
    for (const { name, rows, columns, offset, pitch } of this.#entries) {
      const value = valueOf(name)
      for (let row = 0; row < rows; row++) into.fill(value, offset + row * pitch, offset + row * pitch + columns)
    }
  }

  /** Tensors by name, of new arrays of the same type as `from`. */
  unpack(from: Float32Array | Float64Array): Named {
    const result = named<Tensor>([])
    for (const { name, shape, rows, columns, offset, pitch } of this.#entries) {
      const data = from instanceof Float32Array ? new Float32Array(rows * columns) : new Float64Array(rows * columns)
      for (let row = 0; row < rows; row++) {
        data.set(from.subarray(offset + row * pitch, offset + row * pitch + columns), row * columns)
      }
      result[name] = { shape, data }
    }
    return result
  }
}
