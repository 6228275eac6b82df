import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { neg } from './neg.ts'

export const subOperation = pointwise({
  name: 'sub',
  evaluate: (a, b) => a! - b!,
  gradient: (_, g) => [g, neg(g)],
})

/** a − b */
export const sub = (a: Node, b: Node): Node => apply(subOperation, a, b)
