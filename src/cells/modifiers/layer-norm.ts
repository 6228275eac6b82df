import { symbol } from '../../equations/index.ts'
import { add, mul, normalize } from '../../graph/index.ts'
import type { Cell } from '../cell.ts'
import { modified } from './modified-cell.ts'
import { nowhere, type Modifier, type Places, type Product } from './modifier.ts'

const gain = ({ matrix, block }: Pick<Product, 'matrix' | 'block'>): string => `layerNorm.${matrix}.gain.${block}`
const bias = (matrix: string): string => `layerNorm.${matrix}.bias`

/**
 * Layer normalisation (Ba et al. 2016, arXiv:1607.06450, section 3.1): what each product gives gets zero mean and unit
 * variance over its columns, and a gain of its own; each matrix one bias.
 * Adds `layerNorm.W.gain.0`, ... (one a block, from 1) and `layerNorm.W.bias` (from 0).
 * @throws UnrolledError `modifier` in a cell without products.
 */
export const layerNorm = <States extends string, Parameters extends string>(
  cell: Cell<States, Parameters>,
): Cell<States, Parameters | `layerNorm.${string}`> => modified(cell, layerNormModifier())

export const layerNormModifier = (): Modifier => ({
  description: { name: 'layerNorm', options: {} },
  check({ products, cell }) {
    if (products.length === 0) nowhere('layerNorm', cell, 'it has no matrix')
  },
  parameters({ products }: Places) {
    const vector = (name: string, columns: number, init: number) => ({
      name,
      shape: { rows: [], columns },
      blocks: [{ columns, init }],
    })
    const added = new Map<string, ReturnType<typeof vector>>()
    for (const product of products) {
      added.set(gain(product), vector(gain(product), product.rows, 1))
      added.set(bias(product.matrix), vector(bias(product.matrix), product.rows, 0))
    }
    return [...added.values()]
  },
  result({ parameters }, product, result) {
    const scaled = mul(normalize(result), parameters[gain(product)]!)
    return product.block === 0 ? add(scaled, parameters[bias(product.matrix)]!) : scaled
  },
  latex: {
    result: ({ matrix, block }, result) =>
      `\\gamma_{${symbol(matrix)},${block}} \\odot \\operatorname{normalize}(${result})` +
      (block === 0 ? ` + \\beta_{${symbol(matrix)}}` : ''),
  },
})
