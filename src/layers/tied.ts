import { add, matmul } from '../graph/index.ts'
import { checkNumber } from '../options.ts'
import { layer, type Layer } from './layer.ts'

export interface TiedOptions {
  readonly symbols: number
  readonly size: number
}

/**
 * An output layer whose matrix is the embedding's (Press & Wolf 2017, arXiv:1608.05859): `[time, batch] × size` →
 * `[time, batch] × symbols`. It reads the parameter `embedding.weight` and has a `output.bias` of its own.
 */
export function tied(options: TiedOptions): Layer {
  const symbols = checkNumber('tied', 'symbols', options.symbols, { from: 1, whole: true })
  const size = checkNumber('tied', 'size', options.size, { from: 1, whole: true })
  return layer({
    description: { kind: 'tied', symbols, size },
    input: size,
    output: symbols,
    declared: [{ name: 'output.bias', shape: { rows: [], columns: symbols }, blocks: [{ columns: symbols, init: 0 }] }],
    states: [],
    build: (context, x) => add(matmul(context.parameter('embedding.weight'), x), context.parameter('output.bias')),
  })
}
