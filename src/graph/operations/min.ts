import { ofTwo } from '../../element-functions.ts'
import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { less } from './less.ts'
import { select } from './select.ts'

export const minOperation = pointwise({
  name: 'min',
  cheap: true,
  evaluate: ofTwo.min,
  gradient: ({ inputs: [a, b] }, g) => {
    const second = less(b!, a!)
    return [select(second, constant(0), g), select(second, g, constant(0))]
  },
})

/** The smaller of both; at a tie the gradient goes to the first. */
export const min = (a: Node, b: Node): Node => apply(minOperation, a, b)
