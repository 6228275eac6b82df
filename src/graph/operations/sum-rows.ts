import { UnrolledError } from '../../error.ts'
import { node, sameRows, shapeText, type Node, type Operation, type RowAxis } from '../node.ts'
import { rowMap, zeros } from '../value.ts'

export const sumRowsOperation: Operation = {
  name: 'sumRows',
  kind: 'reduction',
  gradient: (_, g) => [g],
  evaluate: (node, [a], context) => {
    const result = zeros(node.shape, context)
    const map = rowMap(node.shape, a!)
    const { columns } = node.shape
    a!.data.forEach((value, i) => (result.data[map[Math.floor(i / columns)]! * columns + (i % columns)]! += value))
    return result
  },
}

/** The sum over all row axes but `keep`: [time, batch] × n → [keep] × n. A sum of a sum is one, in one order. */
export function sumRows(a: Node, keep: readonly RowAxis[] = []): Node {
  const { rows, columns } = a.shape
  if (!keep.every((axis) => rows.includes(axis)))
    throw new UnrolledError('shape', `sumRows: [${keep.join(', ')}] cannot be kept of ${shapeText(a.shape)}`)
  if (sameRows(rows, keep)) return a
  if (a.operation === sumRowsOperation) return sumRows(a.inputs[0]!, keep)
  return node(sumRowsOperation, [a], undefined, { rows: keep, columns })
}
