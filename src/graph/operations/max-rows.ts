import { UnrolledError } from '../../error.ts'
import { node, shapeText, type Node, type Operation, type RowAxis } from '../node.ts'
import { rowMap, zeros } from '../value.ts'

export const maxRowsOperation: Operation = {
  name: 'maxRows',
  kind: 'rows',
  evaluate: (node, [a], context) => {
    const result = zeros(node.shape, context)
    const map = rowMap(node.shape, a!)
    const { columns } = node.shape
    result.data.fill(-Infinity)
    a!.data.forEach((value, i) => {
      const at = map[Math.floor(i / columns)]! * columns + (i % columns)
      result.data[at] = Math.max(result.data[at]!, value)
    })
    return result
  },
}

/**
 * The largest along a row axis, column by column: [source, batch] × n → [batch] × n; −∞ where the axis has no rows. Not
 * differentiable; use it under `stop`.
 */
export function maxRows(a: Node, axis: RowAxis): Node {
  const { rows, columns } = a.shape
  if (!rows.includes(axis)) throw new UnrolledError('shape', `maxRows: ${shapeText(a.shape)} has no axis ${axis}`)
  return node(maxRowsOperation, [a], undefined, { rows: rows.filter((row) => row !== axis), columns })
}
