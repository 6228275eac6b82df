import { node, type Node, type Operation } from '../node.ts'
import { rowCount, zeros } from '../value.ts'

export const scatterAddOperation: Operation = {
  name: 'scatterAdd',
  kind: 'reduction',
  evaluate: (node, [g, ids], context) => {
    const result = zeros(node.shape, context)
    const { columns } = node.shape
    for (let row = 0; row < rowCount(g!); row++) {
      const id = ids!.data[row]!
      if (!(Number.isInteger(id) && id >= 0 && id < rowCount(result))) continue
      for (let c = 0; c < columns; c++) result.data[id * columns + c]! += g!.data[row * columns + c]!
    }
    return result
  },
}

/** Adds each row of g to the row of a table of zeros its id names, if it names one: the gradient of `gather`. */
export const scatterAdd = (g: Node, ids: Node, rows: number): Node =>
  node(scatterAddOperation, [g, ids], undefined, { rows: [rows], columns: g.shape.columns })
