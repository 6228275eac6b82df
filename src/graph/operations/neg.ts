import { ofOne } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

export const negOperation = pointwise({
  name: 'neg',
  cheap: true,
  evaluate: ofOne.neg,
  gradient: (_, g) => [neg(g)],
})

/** −a */
export const neg = (a: Node): Node => apply(negOperation, a)
