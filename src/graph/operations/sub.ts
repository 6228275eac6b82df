import { ofTwo } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { neg } from './neg.ts'

export const subOperation = pointwise({
  name: 'sub',
  cheap: true,
  evaluate: ofTwo.sub,
  gradient: (_, g) => [g, neg(g)],
})

/** a − b */
export const sub = (a: Node, b: Node): Node => apply(subOperation, a, b)
