import { node, type Node, type Operation } from '../node.ts'
import { rowCount, zeros } from '../value.ts'

export const matmulTransposedOperation: Operation = {
  name: 'matmulTransposed',
  kind: 'product',
  evaluate: (node, [g, w], context) => {
    const result = zeros(node.shape, context)
    const m = g!.shape.columns
    const k = w!.shape.columns
    for (let row = 0; row < rowCount(g!); row++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < k; j++) result.data[row * k + j]! += g!.data[row * m + i]! * w!.data[i * k + j]!
      }
    }
    return result
  },
}

/** Wᵀ @ g for each row: [rows] × m with a matrix [m] × k → [rows] × k. The adjoint of `matmul` to its vector. */
export const matmulTransposed = (g: Node, w: Node): Node =>
  node(matmulTransposedOperation, [g, w], undefined, { rows: g.shape.rows, columns: w.shape.columns })
