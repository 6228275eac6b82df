import { UnrolledError } from '../../error.ts'
import { node, shapeText, type Node, type Operation } from '../node.ts'
import { zeros } from '../value.ts'
import { pad } from './pad.ts'

export const sliceOperation: Operation<{ from: number }> = {
  name: 'slice',
  kind: 'view',
  seen: ({ inputs: [a], attributes: { from } }) => ({ of: a!, from }),
  gradient: ({ inputs: [a], attributes }, g) => [pad(g, attributes.from, a!.shape.columns)],
  evaluate: (node, [a], context) => {
    const result = zeros(node.shape, context)
    const { columns } = node.shape
    result.data.forEach((_, i) => {
      const row = Math.floor(i / columns)
      result.data[i] = a!.data[row * a!.shape.columns + node.attributes.from + (i % columns)]!
    })
    return result
  },
}

/** Columns [from, to): [rows] × n → [rows] × (to − from). */
export function slice(a: Node, from: number, to: number): Node {
  if (from === 0 && to === a.shape.columns) return a
  if (from < 0 || from >= to || to > a.shape.columns) {
    throw new UnrolledError('shape', `slice: columns ${from} to ${to} of ${shapeText(a.shape)}`)
  }
  return node(sliceOperation, [a], { from }, { rows: a.shape.rows, columns: to - from })
}
