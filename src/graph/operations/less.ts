import { ofTwo } from '../../element-functions.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

const operation = pointwise({
  name: 'less',
  cheap: true,
  evaluate: ofTwo.less,
  gradient: () => [undefined, undefined],
})

/** 1 where a < b, else 0 */
export const less = (a: Node, b: Node): Node => apply(operation, a, b)
