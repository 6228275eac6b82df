import { relu, sigmoid, tanh, type Node } from '../graph/index.ts'
import { UnrolledError } from '../error.ts'
import { checkNames, checkNumber } from '../options.ts'
import { rowwise, type Layer, type OpenLayer } from './layer.ts'
import { vectors } from './port.ts'

const functions: Readonly<Record<string, (x: Node) => Node>> = { tanh, sigmoid, relu }

/** Which function, and of how many columns. */
export interface ActivationOptions {
  /** Columns that pass through; in a chain those of what comes before. */
  readonly size: number
  /** `tanh`, `sigmoid` or `relu`. */
  readonly name: string
}

/** tanh, sigmoid or relu of every element. */
export function activation(options: ActivationOptions): Layer
/** In a chain, of as many columns as what comes before gives. */
export function activation(options: Omit<ActivationOptions, 'size'>): OpenLayer
export function activation(options: Omit<ActivationOptions, 'size'> & Partial<ActivationOptions>): Layer | OpenLayer {
  checkNames('activation', options, ['size', 'name'])
  const { name } = options
  const apply = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (!apply) {
    throw new UnrolledError('option', `activation: there is no ${name}; there are ${Object.keys(functions).join(', ')}`)
  }
  return rowwise('activation', options.size, (columns, axes) => {
    const size = checkNumber('activation', 'size', columns, { from: 1, whole: true })
    return {
      description: { kind: 'activation', size, name },
      x: vectors(size, axes),
      output: vectors(size, axes),
      build: (_, x) => apply(x),
    }
  })
}
