import { node, sameRows, type Node, type Operation, type RowAxis } from '../node.ts'
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
export const sumRows = (a: Node, keep: readonly RowAxis[] = []): Node =>
  sameRows(a.shape.rows, keep)
    ? a
    : a.operation === sumRowsOperation
      ? sumRows(a.inputs[0]!, keep)
      : node(sumRowsOperation, [a], undefined, { rows: keep, columns: a.shape.columns })
