import { broadcastShape, checkNodes, node, type Node, type Operation } from '../node.ts'
import { rowMap, zeros } from '../value.ts'
import { slice } from './slice.ts'

export const concatOperation: Operation = {
  name: 'concat',
  kind: 'rows',
  gradient: ({ inputs }, g) => {
    let from = 0
    return inputs.map(({ shape: { columns } }) => slice(g, from, (from += columns)))
  },
  evaluate: (node, inputs, context) => {
    const result = zeros(node.shape, context)
    let from = 0
    for (const { data, shape } of inputs) {
      const map = rowMap(shape, result)
      map.forEach((source, row) => {
        for (let c = 0; c < shape.columns; c++) {
          result.data[row * node.shape.columns + from + c] = data[source * shape.columns + c]!
        }
      })
      from += shape.columns
    }
    return result
  },
}

/** [a, b, ...] side by side: columns add up, rows broadcast. */
export function concat(parts: readonly Node[]): Node {
  checkNodes('concat', parts)
  if (parts.length === 1) return parts[0]!
  const { rows } = broadcastShape(
    'concat',
    parts.map(({ shape }) => ({ ...shape, columns: 1 })),
  )
  return node(concatOperation, parts, undefined, {
    rows,
    columns: parts.reduce((sum, { shape }) => sum + shape.columns, 0),
  })
}
