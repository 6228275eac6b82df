import { node, type Node, type Operation } from '../node.ts'

const operation: Operation = {
  name: 'stop',
  gradient: () => [undefined],
  evaluate: (_, [a]) => a!,
}

/** The same value; no gradient flows through. */
export const stop = (a: Node): Node => node(operation, [a], undefined, a.shape)
export const stopOperation = operation
