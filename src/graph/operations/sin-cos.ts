import { ofOne } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'

// Each is in the other's gradient, and files import one another one way only.
const sinOperation = pointwise({
  name: 'sin',
  evaluate: ofOne.sin,
  gradient: ({ inputs: [a] }, g) => [mul(g, cos(a!))],
})

const cosOperation = pointwise({
  name: 'cos',
  evaluate: ofOne.cos,
  gradient: ({ inputs: [a] }, g) => [neg(mul(g, sin(a!)))],
})

/** The sine of an angle in radians; NaN at both infinities. */
export const sin = (a: Node): Node => apply(sinOperation, a)

/** The cosine of an angle in radians; NaN at both infinities. */
export const cos = (a: Node): Node => apply(cosOperation, a)
