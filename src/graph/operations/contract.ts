import { node, type Node, type Operation } from '../node.ts'
import { rowCount, zeros } from '../value.ts'

export const contractOperation: Operation = {
  name: 'contract',
  kind: 'reduction',
  evaluate: (node, [g, a], context) => {
    const result = zeros(node.shape, context)
    const m = g!.shape.columns
    const n = a!.shape.columns
    for (let row = 0; row < rowCount(g!); row++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) result.data[i * n + j]! += g!.data[row * m + i]! * a!.data[row * n + j]!
      }
    }
    return result
  },
}

/** Σ over rows of g ⊗ a: [rows] × m and [rows] × n → [m] × n. The gradient of a matrix. */
export const contract = (g: Node, a: Node): Node =>
  node(contractOperation, [g, a], undefined, { rows: [g.shape.columns], columns: a.shape.columns })
