import { ofTwo } from '../../element-functions.ts'
import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { less } from './less.ts'
import { select } from './select.ts'

export const maxOperation = pointwise({
  name: 'max',
  cheap: true,
  evaluate: ofTwo.max,
  gradient: ({ inputs: [a, b] }, g) => {
    const second = less(a!, b!)
    return [select(second, constant(0), g), select(second, g, constant(0))]
  },
})

/** The larger of both; at a tie the gradient goes to the first. */
export const max = (a: Node, b: Node): Node => apply(maxOperation, a, b)
