import { crossEntropy as crossEntropyNode, div, constant, mul, sub, sumColumns, type Node } from '../graph/index.ts'
import type { ValueRange } from '../data/index.ts'
import { UnrolledError } from '../error.ts'

/** What is minimised: a number for each step of each sequence. */
export interface Loss {
  readonly name: string
  /** Columns of a step's target, for an output of that many columns. */
  targetColumns(output: number): number
  /** What the numbers of a target may be, for an output of that many columns; any where absent. */
  targetRange?(output: number): ValueRange
  /** Output `[time, batch] × n` and targets → loss `[time, batch] × 1`. */
  build(output: Node, targets: Node): Node
}

/** −log softmax(output)[target] in nats; a target is the number of a class. */
export const crossEntropy = (): Loss => ({
  name: 'crossEntropy',
  targetColumns: () => 1,
  targetRange: (output) => ({ from: 0, to: output - 1, whole: true }),
  build: (output, targets) => crossEntropyNode(output, targets),
})

/** The mean over columns of (output − target)². */
export const meanSquaredError = (): Loss => ({
  name: 'meanSquaredError',
  targetColumns: (output) => output,
  build(output, targets) {
    const error = sub(output, targets)
    return div(sumColumns(mul(error, error)), constant(output.shape.columns))
  },
})

const losses = [crossEntropy, meanSquaredError]

/** The loss of that name, as a model file stores it. */
export function lossFrom(name: string): Loss {
  const found = losses.map((make) => make()).find((loss) => loss.name === name)
  if (!found) throw new UnrolledError('file', `there is no loss ${name}`)
  return found
}
