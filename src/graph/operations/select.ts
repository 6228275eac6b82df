import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

const operation = pointwise({
  name: 'select',
  evaluate: (condition, a, b) => (condition !== 0 ? a! : b!),
  gradient: ({ inputs: [condition] }, g) => [
    undefined,
    select(condition!, g, constant(0)),
    select(condition!, constant(0), g),
  ],
})

/** a where the condition is not 0, else b; what is not chosen may be NaN */
export const select = (condition: Node, a: Node, b: Node): Node => apply(operation, condition, a, b)
