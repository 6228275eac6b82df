import { checkNames, checkNumber } from '../options.ts'
import { gather, type Node } from '../graph/index.ts'
import { layer, type Layer } from './layer.ts'

export interface EmbeddingOptions {
  /** How many symbols there are. */
  readonly symbols: number
  /** Columns of the vector that stands for a symbol. */
  readonly size: number
}

/**
 * A trained vector for each symbol: ids `[time, batch] × 1` → `[time, batch] × size`.
 * Parameter `weight`: `[symbols] × size`, normal at first, as torch.nn.Embedding.
 */
export function embedding(options: EmbeddingOptions): Layer {
  checkNames('embedding', options, ['symbols', 'size'], { num_embeddings: 'symbols', embedding_dim: 'size' })
  const symbols = checkNumber('embedding', 'symbols', options.symbols, { from: 1, whole: true })
  const size = checkNumber('embedding', 'size', options.size, { from: 1, whole: true })
  return layer({
    description: { kind: 'embedding', symbols, size },
    input: 1,
    symbols,
    output: size,
    declared: [
      { name: 'weight', shape: { rows: [symbols], columns: size }, blocks: [{ columns: size, init: 'normal' }] },
    ],
    states: [],
    build: (context, ids: Node) => gather(context.parameter('weight'), ids),
  })
}
