import { node, type Node, type Operation } from '../node.ts'
import { rowCount, zeros } from '../value.ts'
import { scatterAdd } from './scatter-add.ts'

export const gatherOperation: Operation = {
  name: 'gather',
  kind: 'rows',
  gradient: ({ inputs: [table, ids] }, g) => [scatterAdd(g, ids!, table!.shape.rows[0] as number), undefined],
  evaluate: (node, [table, ids], context) => {
    const result = zeros(node.shape, context)
    const { columns } = node.shape
    for (let row = 0; row < rowCount(ids!); row++) {
      const id = ids!.data[row]!
      const known = Number.isInteger(id) && id >= 0 && id < rowCount(table!)
      for (let c = 0; c < columns; c++) result.data[row * columns + c] = known ? table!.data[id * columns + c]! : NaN
    }
    return result
  },
}

/** Rows of a table by number: table [V] × n, ids [rows] × 1 → [rows] × n; NaN where an id is no row of it. */
export const gather = (table: Node, ids: Node): Node =>
  node(gatherOperation, [table, ids], undefined, { rows: ids.shape.rows, columns: table.shape.columns })
