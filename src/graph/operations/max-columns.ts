import { checkNodes, node, type Node, type Operation } from '../node.ts'
import { zeros } from '../value.ts'

export const maxColumnsOperation: Operation = {
  name: 'maxColumns',
  kind: 'rows',
  evaluate: (node, [a], context) => {
    const result = zeros(node.shape, context)
    const { columns } = a!.shape
    result.data.fill(-Infinity)
    a!.data.forEach((value, i) => {
      const row = Math.floor(i / columns)
      result.data[row] = Math.max(result.data[row]!, value)
    })
    return result
  },
}

/** The largest of each row: [rows] × n → [rows] × 1. Not differentiable; use it under `stop`. */
export function maxColumns(a: Node): Node {
  checkNodes('maxColumns', [a])
  return node(maxColumnsOperation, [a], undefined, { rows: a.shape.rows, columns: 1 })
}
