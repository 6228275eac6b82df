import { ofOne } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'
import { sigmoid } from './sigmoid.ts'

const operation = pointwise({
  name: 'softplus',
  evaluate: ofOne.softplus,
  gradient: ({ inputs: [a] }, g) => [mul(g, sigmoid(a!))],
})

/** log(1 + eᵃ) */
export const softplus = (a: Node): Node => apply(operation, a)
