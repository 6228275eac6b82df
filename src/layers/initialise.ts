import { UnrolledError } from '../error.ts'
import type { Initialiser, ParameterDeclaration } from '../cells/index.ts'
import { siteOf, uniform } from '../uniform.ts'
import { named, type Tensor } from '../tensor.ts'
import { extentsOf } from './extents.ts'
import { fours, orthonormalise } from './orthogonal.ts'
import { rotated } from './rotated.ts'

/**
 * First values of declared parameters, each from its name and the seed alone. A tensor's numbers are drawn when they are first
 * asked for: where others are set in their place, they never are.
 */
export function initialise(declarations: readonly ParameterDeclaration[], seed: number): Record<string, Tensor> {
  return named(declarations.map((declaration) => [declaration.name, drawnWhenRead(declaration, seed)]))
}

function drawnWhenRead(declaration: ParameterDeclaration, seed: number): Tensor {
  let data: Float32Array | undefined
  return {
    shape: extentsOf(declaration),
    get data() {
      return (data ??= initialValues(declaration, seed))
    },
  }
}

const rowsOf = ({ rows }: ParameterDeclaration['shape']): number => (rows as readonly number[])[0] ?? 1

function initialValues({ name, shape, blocks }: ParameterDeclaration, seed: number): Float32Array {
  const rows = rowsOf(shape)
  const { columns } = shape
  const data = new Float32Array(rows * columns)
  const draw = drawing(seed, siteOf(name))
  let from = 0
  for (const block of blocks) {
    const values = blockValues(block.init, rows, block.columns, draw)
    for (let row = 0; row < rows; row++) {
      data.set(values.subarray(row * block.columns, (row + 1) * block.columns), row * columns + from)
    }
    from += block.columns
  }
  return data
}

/** A stream of uniform numbers in [0, 1). */
function drawing(seed: number, site: number): () => number {
  let count = 0
  return () => uniform(seed, site, 0, count >>> 10, count++ & 1023)
}

/** Standard normal numbers (Box & Muller 1958). */
const normal = (draw: () => number): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())

function blockValues(init: Initialiser, rows: number, columns: number, draw: () => number): Float64Array {
  const values = new Float64Array(rows * columns)
  const fill = (next: () => number): Float64Array => {
    for (let i = 0; i < values.length; i++) values[i] = next()
    return values
  }
  const between = (lo: number, hi: number): Float64Array => fill(() => lo + (hi - lo) * draw())
  if (typeof init === 'number') return values.fill(init)
  if (typeof init === 'object') return between(...init.uniform)
  switch (init) {
    case 'glorot': {
      // Glorot & Bengio 2010, equation 16.
      const bound = Math.sqrt(6 / (rows + columns))
      return between(-bound, bound)
    }
    case 'uniform': {
      // As torch.nn.RNN: ±1 ÷ √hidden.
      const bound = 1 / Math.sqrt(rows)
      return between(-bound, bound)
    }
    case 'normal':
      return fill(() => normal(draw))
    case 'identity':
      return values.map((_, i) => (Math.floor(i / columns) === i % columns ? 1 : 0))
    case 'orthogonal':
      return orthogonal(rows, columns, draw)
    default:
      throw new UnrolledError('option', `there is no initialiser ${String(init)}`)
  }
}

/** Vectors beyond which Gram and Schmidt take seconds. */
const many = 512

/** Rows or columns, whichever are fewer, of unit length and at right angles (Saxe et al. 2014). */
function orthogonal(rows: number, columns: number, draw: () => number): Float64Array {
  const count = Math.min(rows, columns)
  const length = Math.max(rows, columns)
  const vectors = count > many ? rotated(count, length, draw) : ofGramAndSchmidt(count, length, draw)
  if (rows <= columns) return vectors.subarray(0, rows * columns)
  const values = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) values[r * columns + c] = vectors[c * length + r]!
  return values
}

function ofGramAndSchmidt(count: number, length: number, draw: () => number): Float64Array {
  const vectors = new Float64Array(fours(count) * length)
  for (let i = 0; i < count * length; i++) vectors[i] = normal(draw)
  orthonormalise(vectors, count, length)
  return vectors
}
