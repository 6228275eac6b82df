import { constant } from '../leaves.ts'
import type { Node } from '../node.ts'
import { apply, pointwise } from '../pointwise.ts'

export const selectOperation = pointwise({
  name: 'select',
  cheap: true,
  evaluate: (condition, a, b) => (condition !== 0 ? a! : b!),
  // What is not chosen gets nothing: −0, because −0 + a is a whatever its sign, and a state kept past its length stays out of the sum.
  gradient: ({ inputs: [condition] }, g) => [
    undefined,
    select(condition!, g, constant(0)),
    select(condition!, constant(-0), g),
  ],
})

/** a where the condition is not 0, else b; what is not chosen may be NaN */
export const select = (condition: Node, a: Node, b: Node): Node => apply(selectOperation, condition, a, b)
