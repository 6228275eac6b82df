import { ofOne } from '../../element-functions.ts'
import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { exp } from './exp.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'

const operation = pointwise({
  name: 'erf',
  evaluate: ofOne.erf,
  gradient: ({ inputs: [a] }, g) => [mul(g, mul(constant(2 / Math.sqrt(Math.PI)), exp(neg(mul(a!, a!)))))],
})

/** The error function: 2/√π ∫₀ᵃ exp(−u²) du */
export const erf = (a: Node): Node => apply(operation, a)
