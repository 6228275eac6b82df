import { node, type Node, type Operation, type RowAxis } from '../node.ts'
import { zeros } from '../value.ts'

export const positionOperation: Operation<{ axis: RowAxis }> = {
  name: 'position',
  kind: 'inline',
  gradient: () => [],
  evaluate: (node, _, context) => {
    const result = zeros(node.shape, context)
    result.data.forEach((_, t) => (result.data[t] = t))
    return result
  },
}

/** The index along an axis: 0, 1, 2, ...; shape `[axis] × 1`. */
export const position = (axis: RowAxis): Node => node(positionOperation, [], { axis }, { rows: [axis], columns: 1 })
