import { checkNames, checkNumber, wrongOption } from '../options.ts'
import { gather } from '../graph/index.ts'
import { unary, type Layer } from './layer.ts'
import { symbolsOf, vectors, type Axis } from './port.ts'

/** How many symbols there are, and how wide the vectors that stand for them. */
export interface EmbeddingOptions {
  /** How many symbols there are. */
  readonly symbols: number
  /** Columns of the vector that stands for a symbol. */
  readonly size: number
  /** What the symbols lie along: 'time', or 'source', a second sequence. In a chain what comes before tells; 'time'. */
  readonly axis?: 'time' | 'source'
}

/**
 * A trained vector for each symbol: ids `[time, batch] × 1` → `[time, batch] × size`.
 * Parameter `weight`: `[symbols] × size`, normal at first, as torch.nn.Embedding.
 */
export function embedding(options: EmbeddingOptions): Layer {
  checkNames('embedding', options, ['symbols', 'size', 'axis'], { num_embeddings: 'symbols', embedding_dim: 'size' })
  const symbols = checkNumber('embedding', 'symbols', options.symbols, { from: 1, whole: true })
  const size = checkNumber('embedding', 'size', options.size, { from: 1, whole: true })
  const on = (axes: readonly Axis[]): Layer =>
    unary({
      description: { kind: 'embedding', symbols, size, ...(axes[0] === 'source' && { axis: 'source' }) },
      x: symbolsOf(symbols, axes),
      output: vectors(size, axes),
      declared: [
        { name: 'weight', shape: { rows: [symbols], columns: size }, blocks: [{ columns: size, init: 'normal' }] },
      ],
      build: (context, ids) => gather(context.parameter('weight'), ids),
      fit: ({ x }) => on(x!.axes),
    })
  const { axis = 'time' } = options
  if (axis !== 'time' && axis !== 'source') throw wrongOption('embedding', 'axis', axis, "'time' or 'source'")
  return on([axis, 'batch'])
}
