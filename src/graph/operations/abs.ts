import { ofOne } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'
import { mul } from './mul.ts'
import { sign } from './sign.ts'

const operation = pointwise({
  name: 'abs',
  cheap: true,
  evaluate: ofOne.abs,
  gradient: ({ inputs: [a] }, g) => [mul(g, sign(a!))],
})

/** |a|; its derivative at 0 is 0. */
export const abs = (a: Node): Node => apply(operation, a)
