import { ofTwo } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

export const mulOperation = pointwise({
  name: 'mul',
  cheap: true,
  evaluate: ofTwo.mul,
  gradient: ({ inputs: [a, b] }, g) => [mul(g, b!), mul(g, a!)],
})

/** a ⊙ b */
export const mul = (a: Node, b: Node): Node => apply(mulOperation, a, b)
