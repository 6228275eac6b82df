import { relu, sigmoid, tanh, type Node } from '../graph/index.ts'
import { UnrolledError } from '../error.ts'
import { checkNumber } from '../options.ts'
import { layer, type Layer } from './layer.ts'

const functions: Readonly<Record<string, (x: Node) => Node>> = { tanh, sigmoid, relu }

/** tanh, sigmoid or relu of every element. */
export function activation(options: { readonly size: number; readonly name: string }): Layer {
  const size = checkNumber('activation', 'size', options.size, { from: 1, whole: true })
  const { name } = options
  const apply = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (!apply) {
    throw new UnrolledError('option', `activation: there is no ${name}; there are ${Object.keys(functions).join(', ')}`)
  }
  return layer({
    description: { kind: 'activation', size, name },
    input: size,
    output: size,
    declared: [],
    states: [],
    build: (_, x) => apply(x),
  })
}
