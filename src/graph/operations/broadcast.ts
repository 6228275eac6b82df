import { node, sameShape, type Node, type Operation, type Shape } from '../node.ts'
import { pointwise } from '../pointwise.ts'

/** It is computed element by element, where it is computed, and seen where it need not be. */
export const broadcastOperation: Operation = {
  ...pointwise({ name: 'broadcast', evaluate: (a) => a!, gradient: (_, g) => [g] }),
  kind: 'view',
  seen: ({ inputs: [a] }) => ({ of: a! }),
}

/** The same values repeated over the axes that `a` lacks. */
export const broadcast = (a: Node, shape: Shape): Node =>
  sameShape(a.shape, shape) ? a : node(broadcastOperation, [a], undefined, shape)
