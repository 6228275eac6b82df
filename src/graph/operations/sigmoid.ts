import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'
import { sub } from './sub.ts'

const operation = pointwise({
  name: 'sigmoid',
  evaluate: (a) => (a! >= 0 ? 1 / (1 + Math.exp(-a!)) : Math.exp(a!) / (1 + Math.exp(a!))),
  gradient: (y, g) => [mul(g, mul(y, sub(constant(1), y)))],
})

/** σ(a) = 1 / (1 + e⁻ᵃ) */
export const sigmoid = (a: Node): Node => apply(operation, a)
