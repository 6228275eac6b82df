import { ofTwo } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

export const addOperation = pointwise({
  name: 'add',
  cheap: true,
  evaluate: ofTwo.add,
  gradient: (_, g) => [g, g],
})

/** a + b */
export const add = (a: Node, b: Node): Node => apply(addOperation, a, b)
