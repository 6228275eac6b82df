import { add, matmul } from '../graph/index.ts'
import { checkBoolean, checkNames, checkNumber, wrongOption } from '../options.ts'
import { rowwise, type Layer, type OpenLayer, type UnaryParts } from './layer.ts'
import { vectors, type Axis } from './port.ts'

/** How wide what goes in and what comes out is. */
export interface LinearOptions {
  /** In a chain, the columns of what comes before. */
  readonly input: number
  /** Columns of what comes out. */
  readonly output: number
  /** Whether there is a bias; true. */
  readonly bias?: boolean
  /**
   * What its rows are counted along where nothing comes before it: 'time', or 'source', a second sequence; 'time'. In a chain what
   * comes before tells.
   */
  readonly axis?: 'time' | 'source'
}

/**
 * W @ x + b for each step: `[time, batch] × input` → `[time, batch] × output`.
 * Parameters `weight`: `[output] × input`, Glorot-uniform at first, and `bias`: `output`, zero at first, unless `bias` is false.
 */
export function linear(options: LinearOptions): Layer
/** In a chain, with an input as wide as what comes before gives. */
export function linear(options: Omit<LinearOptions, 'input'>): OpenLayer
export function linear(options: Omit<LinearOptions, 'input'> & Partial<LinearOptions>): Layer | OpenLayer {
  checkNames('linear', options, ['input', 'output', 'bias', 'axis'], {
    in_features: 'input',
    out_features: 'output',
    units: 'output',
    use_bias: 'bias',
    useBias: 'bias',
  })
  const output = checkNumber('linear', 'output', options.output, { from: 1, whole: true })
  const bias = checkBoolean('linear', 'bias', options.bias ?? true)
  const { axis = 'time' } = options
  if (axis !== 'time' && axis !== 'source') throw wrongOption('linear', 'axis', axis, "'time' or 'source'")
  const make = (columns: number, axes: readonly Axis[]): UnaryParts => {
    const input = checkNumber('linear', 'input', columns, { from: 1, whole: true })
    return {
      description: {
        kind: 'linear',
        input,
        output,
        ...(!bias && { bias }),
        ...(axes[0] === 'source' && { axis: 'source' }),
      },
      x: vectors(input, axes),
      output: vectors(output, axes),
      declared: [
        { name: 'weight', shape: { rows: [output], columns: input }, blocks: [{ columns: input, init: 'glorot' }] },
        ...(bias
          ? [{ name: 'bias', shape: { rows: [], columns: output }, blocks: [{ columns: output, init: 0 }] }]
          : []),
      ],
      build: (context, x) => {
        const product = matmul(context.parameter('weight'), x)
        return bias ? add(product, context.parameter('bias')) : product
      },
    }
  }
  return rowwise('linear', options.input, make, [axis, 'batch'])
}
