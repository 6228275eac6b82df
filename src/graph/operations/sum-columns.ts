import { checkNodes, node, type Node, type Operation } from '../node.ts'
import { zeros } from '../value.ts'

export const sumColumnsOperation: Operation = {
  name: 'sumColumns',
  kind: 'rows',
  gradient: (_, g) => [g],
  evaluate: (node, [a], context) => {
    const result = zeros(node.shape, context)
    const { columns } = a!.shape
    a!.data.forEach((value, i) => (result.data[Math.floor(i / columns)]! += value))
    return result
  },
}

/** The sum of each row: [rows] × n → [rows] × 1. */
export function sumColumns(a: Node): Node {
  checkNodes('sumColumns', [a])
  return a.shape.columns === 1 ? a : node(sumColumnsOperation, [a], undefined, { rows: a.shape.rows, columns: 1 })
}
