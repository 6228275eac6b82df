import { node, type Node, type Operation } from '../node.ts'
import { zeros } from '../value.ts'

export const sumSquaresOperation: Operation = {
  name: 'sumSquares',
  kind: 'rows',
  evaluate: (node, [a], context) => {
    const result = zeros(node.shape, context)
    for (const value of a!.data) result.data[0]! += value * value
    return result
  },
}

/** Σ a² over the whole of a vector, a scalar. Not differentiable: it serves gradient norms. */
export const sumSquares = (a: Node): Node => node(sumSquaresOperation, [a], undefined, { rows: [], columns: 1 })
