import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

export const negOperation = pointwise({
  name: 'neg',
  evaluate: (a) => -a!,
  gradient: (_, g) => [neg(g)],
})

/** −a */
export const neg = (a: Node): Node => apply(negOperation, a)
