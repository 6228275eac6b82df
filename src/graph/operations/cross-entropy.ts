import { node, type Node, type Operation } from '../node.ts'
import { rowCount, zeros } from '../value.ts'
import { crossEntropyGradient } from './cross-entropy-gradient.ts'

export const crossEntropyOperation: Operation = {
  name: 'crossEntropy',
  kind: 'rows',
  gradient: ({ inputs: [logits, targets] }, g) => [crossEntropyGradient(logits!, targets!, g), undefined],
  evaluate: (node, [logits, targets], context) => {
    const result = zeros(node.shape, context)
    const { columns } = logits!.shape
    for (let row = 0; row < rowCount(logits!); row++) {
      const values = logits!.data.subarray(row * columns, (row + 1) * columns)
      const top = values.reduce((a, b) => Math.max(a, b))
      const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0)
      result.data[row] = top + Math.log(total) - values[targets!.data[row]!]!
    }
    return result
  },
}

/** −log softmax(logits)[target] in nats: logits [rows] × V, targets [rows] × 1 → [rows] × 1. */
export const crossEntropy = (logits: Node, targets: Node): Node =>
  node(crossEntropyOperation, [logits, targets], undefined, { rows: logits.shape.rows, columns: 1 })
