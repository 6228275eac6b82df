import { UnrolledError } from '../../error.ts'
import { broadcastShape, node, sameRows, shapeText, type Node, type Operation, type RowAxis } from '../node.ts'
import { rowCount, rowMap, zeros } from '../value.ts'
import { mul } from './mul.ts'

// Each is in the other's gradient, and files import one another one way only.
export const dotOperation: Operation = {
  name: 'dot',
  kind: 'rows',
  gradient: ({ inputs: [a, b] }, g) => [weightedSum(g, b!, a!.shape.rows), weightedSum(g, a!, b!.shape.rows)],
  evaluate: (node, [a, b], context) => {
    const result = zeros(node.shape, context)
    const [rowsOfA, rowsOfB] = [rowMap(a!.shape, result), rowMap(b!.shape, result)]
    const { columns } = a!.shape
    for (let row = 0; row < result.data.length; row++) {
      for (let c = 0; c < columns; c++)
        result.data[row]! += a!.data[rowsOfA[row]! * columns + c]! * b!.data[rowsOfB[row]! * columns + c]!
    }
    return result
  },
}

/** The rows of both, each repeated over the axes it lacks. */
export const jointRows = (name: string, nodes: readonly Node[]): readonly RowAxis[] =>
  broadcastShape(
    name,
    nodes.map(({ shape: { rows } }) => ({ rows, columns: 1 })),
  ).rows

/** Σ over the columns of a ⊙ b, row by row: [rows] × n and [rows] × n → [rows] × 1; rows broadcast. */
export function dot(a: Node, b: Node): Node {
  if (a.shape.columns !== b.shape.columns) {
    throw new UnrolledError('shape', `dot: ${shapeText(a.shape)} and ${shapeText(b.shape)} do not fit: columns differ`)
  }
  const rows = jointRows('dot', [a, b])
  return a.shape.columns === 1 ? mul(a, b) : node(dotOperation, [a, b], undefined, { rows, columns: 1 })
}

export const weightedSumOperation: Operation = {
  name: 'weightedSum',
  kind: 'reduction',
  gradient: ({ inputs: [weight, a] }, g) => {
    const flowing = jointRows('weightedSum', [weight!, g])
    const rows = a!.shape.rows.filter((axis) => flowing.includes(axis))
    return [dot(g, a!), weightedSum(weight!, g, rows)]
  },
  evaluate: (node, [weight, a], context) => {
    const result = zeros(node.shape, context)
    const { columns } = node.shape
    const all = zeros({ rows: jointRows('weightedSum', node.inputs), columns: 1 }, context)
    const [weights, from, to] = [weight!, a!, result].map(({ shape }) => rowMap(shape, all)) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ]
    for (let row = 0; row < rowCount(all); row++) {
      for (let c = 0; c < columns; c++)
        result.data[to[row]! * columns + c]! += weight!.data[weights[row]!]! * a!.data[from[row]! * columns + c]!
    }
    return result
  },
}

/**
 * Σ weight · a over all row axes but `keep`: weights [rows] × 1 and [rows] × n → [keep] × n; rows broadcast. The context of
 * attention is one: weights [source, batch] × 1 and values [source, batch] × n, keeping [batch].
 */
export function weightedSum(weight: Node, a: Node, keep: readonly RowAxis[] = []): Node {
  const rows = jointRows('weightedSum', [weight, a])
  if (weight.shape.columns !== 1 || !keep.every((axis) => rows.includes(axis))) {
    throw new UnrolledError(
      'shape',
      `weightedSum: ${shapeText(weight.shape)} and ${shapeText(a.shape)} do not fit: weights have one column, and [${keep.join(', ')}] is kept of the rows`,
    )
  }
  if (sameRows(rows, keep)) return mul(weight, a)
  return node(weightedSumOperation, [weight, a], undefined, { rows: keep, columns: a.shape.columns })
}
