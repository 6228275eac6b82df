import {
  add,
  broadcast,
  constant,
  crossEntropy,
  gather,
  less,
  maxColumns,
  position,
  scan,
  select,
  stop,
  sub,
  weightedSum,
  type Node,
} from '../../graph/index.ts'
import { logSumExp } from './log-sum-exp.ts'
import type { LossContext } from './loss.ts'
import { oneHot } from './one-hot.ts'

/** The losses of `linearChain`: −log p(y_t | the labels before it) at each step, a softmax that knows all that may come after. */
export function chainLosses(output: Node, targets: Node, context: LossContext): Node {
  const begin = context.parameter('begin')
  const transition = gather(context.parameter('transitions'), before(targets))
  const first = less(position('time'), constant(1))
  const begins = context.starts ? select(first, first, context.starts) : first
  const scores = add(add(output, after(output, context)), select(begins, begin, transition))
  return crossEntropy(scores, targets)
}

/** What was there a step before; 0 at the first. */
function before(sequence: Node): Node {
  const { outputs } = scan({
    initial: [broadcast(constant(0), { rows: ['batch'], columns: 1 })],
    steps: [sequence],
    step: ([last], [now]) => ({ next: [now!], outputs: [last!] }),
  })
  return outputs[0]!
}

/**
 * For each label of each step, log Σ exp(score) over all labels of the steps after it (the backward variables of the forward
 * algorithm), less a number for each step, which no softmax sees and without which it would grow with the sequence.
 */
function after(output: Node, { parameter, lengths, starts }: LossContext): Node {
  const { columns: labels } = output.shape
  const transitions = parameter('transitions')
  const end = parameter('end')
  const all = lengths('time')
  const ran = scan({
    reverse: true,
    initial: [broadcast(end, { rows: ['batch'], columns: labels })],
    steps: [output, ...(starts ? [starts] : [])],
    ...(all && { lengths: all }),
    step([rest], [scores, begins]) {
      // [batch, labels] × labels: from each label of the step before to each of this one.
      const sums = logSumExp(add(transitions, add(scores!, rest!)))
      const next = weightedSum(sums, oneHot(labels), ['batch'])
      const level = sub(next, stop(maxColumns(next)))
      return { next: [begins ? select(begins, end, level) : level], outputs: [rest!] }
    },
  })
  return ran.outputs[0]!
}
