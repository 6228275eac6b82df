import { add, matmul } from '../graph/index.ts'
import { checkNames, checkNumber } from '../options.ts'
import { layer, type Layer } from './layer.ts'

export interface LinearOptions {
  readonly input: number
  readonly output: number
}

/**
 * W @ x + b for each step: `[time, batch] × input` → `[time, batch] × output`.
 * Parameters `weight`: `[output] × input`, Glorot-uniform at first, and `bias`: `output`, zero at first.
 */
export function linear(options: LinearOptions): Layer {
  checkNames('linear', options, ['input', 'output'], { in_features: 'input', out_features: 'output', units: 'output' })
  const input = checkNumber('linear', 'input', options.input, { from: 1, whole: true })
  const output = checkNumber('linear', 'output', options.output, { from: 1, whole: true })
  return layer({
    description: { kind: 'linear', input, output },
    input,
    output,
    declared: [
      { name: 'weight', shape: { rows: [output], columns: input }, blocks: [{ columns: input, init: 'glorot' }] },
      { name: 'bias', shape: { rows: [], columns: output }, blocks: [{ columns: output, init: 0 }] },
    ],
    states: [],
    build: (context, x) => add(matmul(context.parameter('weight'), x), context.parameter('bias')),
  })
}
