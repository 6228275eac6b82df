import { ofOne } from '../../element-functions.ts'
import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { div } from './div.ts'
import { mul } from './mul.ts'

const operation = pointwise({
  name: 'sqrt',
  evaluate: ofOne.sqrt,
  gradient: (y, g) => [div(mul(constant(0.5), g), y)],
})

/** √a */
export const sqrt = (a: Node): Node => apply(operation, a)
