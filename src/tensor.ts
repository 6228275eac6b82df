import { UnrolledError } from './error.ts'

/** An array with its shape, row-major: `[time, batch, features]`, `[rows, columns]`, `[columns]`, or `[]` for one number. */
export interface Tensor {
  /** Extents, outermost first; `[]` of one number. */
  readonly shape: readonly number[]
  /** As many numbers as the extents multiplied, the last axis running fastest. */
  readonly data: Float32Array | Float64Array
}

/** Tensors by name: the parameters of a layer or model, what a file holds. */
export type Named<One = Tensor> = Readonly<Record<string, One>>

/** A record that has only what is put into it: no name, `__proto__` and `constructor` among them, means anything else. */
export function named<One>(entries: Iterable<readonly [string, One]>): Record<string, One> {
  const record = Object.create(null) as Record<string, One>
  for (const [name, one] of entries) record[name] = one
  return record
}

export const isFloats = (value: unknown): value is Tensor['data'] =>
  value instanceof Float32Array || value instanceof Float64Array

/** Numbers in arrays in arrays, as deep as there are axes. */
export type NestedNumbers = number | readonly NestedNumbers[]

/**
 * Makes a tensor of nested arrays (`tensor([[1, 2], [3, 4]])`, kept in float64) or of a flat typed array and a shape
 * (`tensor(floats, [2, 2])`, not copied). Ragged arrays and sizes that do not fit are errors with code `shape`.
 */
export function tensor(values: NestedNumbers | Float32Array | Float64Array, shape?: readonly number[]): Tensor {
  const { data, found } = flatten(values)
  if (shape === undefined) return { shape: found, data }
  if (!Array.isArray(shape))
    throw new UnrolledError('shape', `tensor: a shape is a list of sizes, not ${String(shape)}`)
  shape.forEach((size, axis) => {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new UnrolledError(
        'shape',
        `tensor: axis ${axis} of the shape is ${String(size)}; a size is a whole number from 0`,
      )
    }
  })
  const wanted = shape.reduce((a, b) => a * b, 1)
  if (wanted !== data.length) {
    throw new UnrolledError(
      'shape',
      `tensor: the shape [${shape.join(', ')}] takes ${wanted} numbers; ${data.length} were given`,
    )
  }
  return { shape: [...shape], data }
}

/** Refuses what is no record of tensors; `owner` is what the error, code `parameters`, begins with. */
export function checkNamed(owner: string, values: unknown): asserts values is Named {
  const isMap = values instanceof Map
  if (typeof values === 'object' && values !== null && !isMap) return
  throw new UnrolledError(
    'parameters',
    `${owner}: parameters are tensors by name: layer.parameters() or model.parameters` +
      (isMap ? '; of a Map, Object.fromEntries(map) is a record' : ''),
  )
}

/**
 * Holds a tensor from outside against the shape it must have: its kind, its shape, and as many numbers as the shape says. `what`
 * is what the error, code `shape`, calls it.
 */
export function checkTensor(what: string, value: unknown, wanted: readonly number[]): asserts value is Tensor {
  const { shape, data } = (value ?? {}) as Partial<Tensor>
  if (!Array.isArray(shape) || !isFloats(data)) {
    const found = data && !Array.isArray(value) ? 'has no shape and data of typed floats' : `is ${kind(value)}`
    throw new UnrolledError('shape', `${what} ${found}; it must be a tensor: tensor(numbers, [${wanted.join(', ')}])`)
  }
  const sizes = shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  if (!sizes || shape.join() !== wanted.join()) {
    throw new UnrolledError('shape', `${what} is [${shape.join(', ')}]; it must be [${wanted.join(', ')}]`)
  }
  const count = wanted.reduce((a, b) => a * b, 1)
  if (data.length === count) return
  throw new UnrolledError(
    'shape',
    `${what} is [${shape.join(', ')}], which is ${count} numbers, but its data holds ${data.length}`,
  )
}

function flatten(values: NestedNumbers | Float32Array | Float64Array): { data: Tensor['data']; found: number[] } {
  if (isFloats(values)) return { data: values, found: [values.length] }
  const found: number[] = []
  for (let inner: unknown = values; Array.isArray(inner); inner = inner[0]) found.push(inner.length)
  const numbers: number[] = []
  const fill = (part: unknown, path: readonly number[]): void => {
    const where = path.length === 0 ? 'the value' : `[${path.join('][')}]`
    const size = found[path.length]
    if (size === undefined) {
      if (ArrayBuffer.isView(part))
        throw new UnrolledError(
          'shape',
          `tensor: ${where} is of type ${part.constructor.name}; Array.from makes numbers of it`,
        )
      if (typeof part !== 'number')
        throw new UnrolledError('shape', `tensor: ${where} is ${kind(part)}; a number belongs there`)
      numbers.push(part)
    } else if (!Array.isArray(part) || part.length !== size) {
      throw new UnrolledError(
        'shape',
        `tensor: ${where} is ${kind(part)}; by the first entries it must be an array of ${size}`,
      )
    } else {
      part.forEach((item, i) => fill(item, [...path, i]))
    }
  }
  fill(values, [])
  return { data: Float64Array.from(numbers), found }
}

function kind(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'number' ? `the number ${value}` : value === null ? 'null' : `of type ${typeof value}`
}
