import { node, type Node, type Operation } from '../node.ts'
import { zeros } from '../value.ts'

export const padOperation: Operation<{ at: number }> = {
  name: 'pad',
  kind: 'rows',
  evaluate: (node, [a], context) => {
    const result = zeros(node.shape, context)
    const { columns } = a!.shape
    a!.data.forEach((value, i) => {
      result.data[Math.floor(i / columns) * node.shape.columns + node.attributes.at + (i % columns)] = value
    })
    return result
  },
}

/** Puts `a` at column `at` of an array of zeros `columns` wide: the adjoint of `slice`. */
export const pad = (a: Node, at: number, columns: number): Node =>
  node(padOperation, [a], { at }, { rows: a.shape.rows, columns })
