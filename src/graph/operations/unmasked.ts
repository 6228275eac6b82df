import { node, type Node, type Operation } from '../node.ts'
import { broadcastOperation } from './broadcast.ts'

/**
 * The same values, where lengths would choose them. Without lengths it stands where a `select` stands with them, so that the sums on
 * either side are the same sums, added in the same order; when orders are settled, the compiler takes it away.
 */
export const unmaskedOperation: Operation = {
  ...broadcastOperation,
  name: 'unmasked',
  gradient: (_, g) => [unmasked(g)],
}

/** a, with what is summed before it kept apart from what is summed behind it */
export const unmasked = (a: Node): Node => node(unmaskedOperation, [a], undefined, a.shape)
