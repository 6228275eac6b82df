import { ofOne } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

const operation = pointwise({ name: 'sign', cheap: true, evaluate: ofOne.sign, gradient: () => [undefined] })

/** −1, 0 or 1 */
export const sign = (a: Node): Node => apply(operation, a)
