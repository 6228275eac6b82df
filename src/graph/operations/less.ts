import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

const operation = pointwise({
  name: 'less',
  evaluate: (a, b) => (a! < b! ? 1 : 0),
  gradient: () => [undefined, undefined],
})

/** 1 where a < b, else 0 */
export const less = (a: Node, b: Node): Node => apply(operation, a, b)
