import { ofOne } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'

const operation = pointwise({
  name: 'exp',
  evaluate: ofOne.exp,
  gradient: (y, g) => [mul(g, y)],
})

/** eᵃ */
export const exp = (a: Node): Node => apply(operation, a)
