import { ofOne } from '../../element-functions.ts'
import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'

const operation = pointwise({
  name: 'tanh',
  evaluate: ofOne.tanh,
  gradient: (y, g) => [mul(g, sub(constant(1), mul(y, y)))],
})

/** Hyperbolic tangent */
export const tanh = (a: Node): Node => apply(operation, a)
