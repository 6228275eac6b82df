import { node, type Node, type Operation } from '../node.ts'
import { rowCount, zeros } from '../value.ts'

export const crossEntropyGradientOperation: Operation = {
  name: 'crossEntropyGradient',
  kind: 'rows',
  evaluate: (node, [logits, targets, weight], context) => {
    const result = zeros(node.shape, context)
    const { columns } = node.shape
    for (let row = 0; row < rowCount(logits!); row++) {
      const w = weight!.data[row]!
      if (w === 0) continue
      const values = logits!.data.subarray(row * columns, (row + 1) * columns)
      const top = values.reduce((a, b) => Math.max(a, b))
      const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0)
      values.forEach((value, c) => {
        const hot = !(targets!.data[row]! in values) ? NaN : c === targets!.data[row] ? 1 : 0
        result.data[row * columns + c] = (Math.exp(value - top) / total - hot) * w
      })
    }
    return result
  },
}

/** (softmax(logits) − onehot(target)) · weight: [rows] × V, [rows] × 1, [rows] × 1 → [rows] × V; zero where the weight is. */
export const crossEntropyGradient = (logits: Node, targets: Node, weight: Node): Node =>
  node(crossEntropyGradientOperation, [logits, targets, weight], undefined, logits.shape)
