import { add, matmul } from '../graph/index.ts'
import { checkBoolean, checkNames, checkNumber } from '../options.ts'
import { layer, type Layer } from './layer.ts'

export interface LinearOptions {
  readonly input: number
  readonly output: number
  /** Whether there is a bias; true. */
  readonly bias?: boolean
}

/**
 * W @ x + b for each step: `[time, batch] × input` → `[time, batch] × output`.
 * Parameters `weight`: `[output] × input`, Glorot-uniform at first, and `bias`: `output`, zero at first, unless `bias` is false.
 */
export function linear(options: LinearOptions): Layer {
  checkNames('linear', options, ['input', 'output', 'bias'], {
    in_features: 'input',
    out_features: 'output',
    units: 'output',
    use_bias: 'bias',
    useBias: 'bias',
  })
  const input = checkNumber('linear', 'input', options.input, { from: 1, whole: true })
  const output = checkNumber('linear', 'output', options.output, { from: 1, whole: true })
  const bias = checkBoolean('linear', 'bias', options.bias ?? true)
  return layer({
    description: { kind: 'linear', input, output, ...(!bias && { bias }) },
    input,
    output,
    declared: [
      { name: 'weight', shape: { rows: [output], columns: input }, blocks: [{ columns: input, init: 'glorot' }] },
      ...(bias ? [{ name: 'bias', shape: { rows: [], columns: output }, blocks: [{ columns: output, init: 0 }] }] : []),
    ],
    states: [],
    build: (context, x) => {
      const product = matmul(context.parameter('weight'), x)
      return bias ? add(product, context.parameter('bias')) : product
    },
  })
}
