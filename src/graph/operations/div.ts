import { ofTwo } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'

const operation = pointwise({
  name: 'div',
  evaluate: ofTwo.div,
  gradient: (y, g) => {
    const da = div(g, y.inputs[1]!)
    return [da, neg(mul(da, y))]
  },
})

/** a ÷ b, element by element */
export const div = (a: Node, b: Node): Node => apply(operation, a, b)
