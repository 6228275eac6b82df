import { UnrolledError } from '../error.ts'
import type { Initialiser, ParameterDeclaration } from '../cells/index.ts'
import { uniform } from '../graph/index.ts'
import type { Tensor } from '../tensor.ts'

/** First values of declared parameters, each from its name and the seed alone. */
export function initialise(declarations: readonly ParameterDeclaration[], seed: number): Map<string, Tensor> {
  return new Map(declarations.map((declaration) => [declaration.name, initialValue(declaration, seed)]))
}

function initialValue({ name, shape, blocks }: ParameterDeclaration, seed: number): Tensor {
  const [rows = 1] = shape.rows as readonly number[]
  const { columns } = shape
  const data = new Float32Array(rows * columns)
  const draw = drawing(seed, siteOf(name))
  let from = 0
  for (const block of blocks) {
    const values = blockValues(block.init, rows, block.columns, draw)
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < block.columns; c++) data[row * columns + from + c] = values[row * block.columns + c]!
    }
    from += block.columns
  }
  return { shape: [...(shape.rows as readonly number[]), columns], data }
}

/** A number that belongs to a name: FNV-1a. It keys random numbers, so that they do not depend on what else is drawn. */
export function siteOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
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
  const between = (lo: number, hi: number): Float64Array => values.map(() => lo + (hi - lo) * draw())
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
      return values.map(() => normal(draw))
    case 'identity':
      return values.map((_, i) => (Math.floor(i / columns) === i % columns ? 1 : 0))
    case 'orthogonal':
      return orthogonal(rows, columns, draw)
    default:
      throw new UnrolledError('option', `there is no initialiser ${String(init)}`)
  }
}

/** Rows or columns, whichever are fewer, of unit length and at right angles (Saxe et al. 2014): Gram–Schmidt, twice. */
function orthogonal(rows: number, columns: number, draw: () => number): Float64Array {
  const count = Math.min(rows, columns)
  const length = Math.max(rows, columns)
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => normal(draw)))
  vectors.forEach((vector, i) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = vectors[j]!
        let dot = 0
        for (let k = 0; k < length; k++) dot += vector[k]! * other[k]!
        for (let k = 0; k < length; k++) vector[k]! -= dot * other[k]!
      }
    }
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    for (let k = 0; k < length; k++) vector[k]! /= norm
  })
  const values = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) values[r * columns + c] = rows <= columns ? vectors[r]![c]! : vectors[c]![r]!
  }
  return values
}
