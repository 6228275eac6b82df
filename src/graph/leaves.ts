import { UnrolledError } from '../error.ts'
import { node, type Node, type Operation, type Shape } from './node.ts'

const given = (name: string): never => {
  throw new UnrolledError('missing', `no value given for ${name}`)
}

/** Data handed in at run time. */
export const inputOperation: Operation<{ name: string }> = {
  name: 'input',
  kind: 'given',
  varies: true,
  evaluate: (node) => given(node.attributes.name),
}

/** A trained array. */
export const parameterOperation: Operation<{ name: string }> = {
  name: 'parameter',
  kind: 'given',
  evaluate: (node) => given(node.attributes.name),
}

/** What a scan hands to its step: an old state or the input of the step. `begins` says that it is there for a sum to begin with. */
export const leafOperation: Operation<{ name: string; begins: boolean }> = {
  name: 'leaf',
  kind: 'given',
  varies: true,
  evaluate: (node) => given(node.attributes.name),
}

/** One number, broadcast everywhere. */
export const constantOperation: Operation<{ value: number }> = {
  name: 'constant',
  kind: 'inline',
  evaluate: (node) => ({ shape: node.shape, extents: [], data: Float64Array.of(node.attributes.value) }),
}

/** What a leaf was called where it was made. */
export const nameOf = (leaf: Node): string => (leaf as Node<{ name: string }>).attributes.name

/** An array given at run time under `name`: `input('x', { rows: ['time', 'batch'], columns: 10 })`. */
export const input = (name: string, shape: Shape): Node<{ name: string }> => node(inputOperation, [], { name }, shape)

/** A trained matrix (`rows: [20]`) or vector (`rows: []`). */
export const parameter = (name: string, shape: Shape): Node<{ name: string }> =>
  node(parameterOperation, [], { name }, shape)

/** Whether a node was made for a sum to begin with. */
export const begins = ({ operation, attributes }: Node): boolean =>
  operation === (leafOperation as Operation) && (attributes as { begins: boolean }).begins

export const leaf = (name: string, shape: Shape, begins = false): Node<{ name: string; begins: boolean }> =>
  node(leafOperation, [], { name, begins }, shape)

/** One number, the same in every row and column of what it meets: a node of one column and no rows. */
export const constant = (value: number): Node<{ value: number }> =>
  node(constantOperation, [], { value }, { rows: [], columns: 1 })
