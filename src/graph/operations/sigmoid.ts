import { ofOne } from '../../element-functions.ts'
import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'

const operation = pointwise({
  name: 'sigmoid',
  evaluate: ofOne.sigmoid,
  gradient: (y, g) => [mul(g, mul(y, sub(constant(1), y)))],
})

/** σ(a) = 1 / (1 + e⁻ᵃ) */
export const sigmoid = (a: Node): Node => apply(operation, a)
