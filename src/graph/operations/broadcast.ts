import { UnrolledError } from '../../error.ts'
import { node, sameShape, shapeText, type Node, type Operation, type Shape } from '../node.ts'
import { pointwise } from '../pointwise.ts'

/** It is computed element by element, where it is computed, and seen where it need not be. */
export const broadcastOperation: Operation = {
  ...pointwise({ name: 'broadcast', evaluate: (a) => a!, gradient: (_, g) => [g] }),
  kind: 'view',
  seen: ({ inputs: [a] }) => ({ of: a! }),
}

/** The same values repeated over the axes that `a` lacks. */
export function broadcast(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a
  const fits = a.shape.columns === shape.columns || a.shape.columns === 1
  if (!fits || !a.shape.rows.every((axis) => shape.rows.includes(axis))) {
    throw new UnrolledError('shape', `broadcast: ${shapeText(a.shape)} cannot be repeated to ${shapeText(shape)}`)
  }
  return node(broadcastOperation, [a], undefined, shape)
}
