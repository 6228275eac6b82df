import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'
import { sigmoid } from './sigmoid.ts'

const operation = pointwise({
  name: 'softplus',
  evaluate: (a) => Math.max(a!, 0) + Math.log1p(Math.exp(-Math.abs(a!))),
  gradient: ({ inputs: [a] }, g) => [mul(g, sigmoid(a!))],
})

/** log(1 + eᵃ) */
export const softplus = (a: Node): Node => apply(operation, a)
