import { UnrolledError } from '../../error.ts'
import { checkNodes, node, shapeText, type Node, type Operation } from '../node.ts'
import { rowCount, zeros } from '../value.ts'
import { add } from './add.ts'
import { concatOperation } from './concat.ts'
import { contract } from './contract.ts'
import { matmulTransposed } from './matmul-transposed.ts'
import { slice } from './slice.ts'

export const matmulOperation: Operation = {
  name: 'matmul',
  kind: 'product',
  gradient: ({ inputs: [w, a] }, g) => [contract(g, a!), matmulTransposed(g, w!)],
  evaluate: (node, [w, a], context) => {
    const result = zeros(node.shape, context)
    const m = node.shape.columns
    const k = a!.shape.columns
    for (let row = 0; row < rowCount(a!); row++) {
      for (let i = 0; i < m; i++) {
        let sum = 0
        for (let j = 0; j < k; j++) sum += w!.data[i * k + j]! * a!.data[row * k + j]!
        result.data[row * m + i] = sum
      }
    }
    return result
  },
}

/**
 * W @ a for each row: a matrix [m] × k with [rows] × k → [rows] × m.
 * A matrix on a concatenation is split here into a sum of products with its blocks.
 */
export function matmul(w: Node, a: Node): Node {
  checkNodes('matmul', [w, a])
  const [m] = w.shape.rows
  if (typeof m !== 'number' || w.shape.rows.length !== 1 || w.shape.columns !== a.shape.columns) {
    throw new UnrolledError(
      'shape',
      `matmul: a matrix ${shapeText(w.shape)} cannot be applied to ${shapeText(a.shape)}`,
    )
  }
  if (a.operation === concatOperation) {
    let from = 0
    return a.inputs
      .map((part) => matmul(slice(w, from, (from += part.shape.columns)), part))
      .reduce((sum, product) => add(sum, product))
  }
  return node(matmulOperation, [w, a], undefined, { rows: a.shape.rows, columns: m })
}
