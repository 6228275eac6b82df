import { ofOne } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { div } from './div.ts'

const operation = pointwise({
  name: 'log',
  evaluate: ofOne.log,
  gradient: ({ inputs: [a] }, g) => [div(g, a!)],
})

/** Natural logarithm */
export const log = (a: Node): Node => apply(operation, a)
