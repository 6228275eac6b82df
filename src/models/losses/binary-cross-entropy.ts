import { add, constant, mean, mul, neg, softplus, sub, type Node } from '../../graph/index.ts'
import { UnrolledError } from '../../error.ts'
import { checkNames, checkNumber, wrongOption } from '../../options.ts'
import { sigmoids } from './probabilities.ts'
import { longestRow, row } from './row.ts'
import type { Loss } from './loss.ts'

/** How `binaryCrossEntropy` weighs a yes against a no. */
export interface BinaryCrossEntropyOptions {
  /** What a target of 1 weighs against one of 0: one number, or one for each column; 1. */
  readonly positiveWeight?: number | readonly number[]
}

/**
 * For yes-or-no questions, one a column: outputs are logits, targets from 0 (no) to 1 (yes). The mean over columns of
 * −positiveWeight · target · log σ(output) − (1 − target) · log(1 − σ(output)) in nats, as torch.nn.BCEWithLogitsLoss.
 * @throws UnrolledError `option` for wrong options.
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Loss {
  checkNames('binaryCrossEntropy', options, ['positiveWeight'], {
    posWeight: 'positiveWeight',
    pos_weight: 'positiveWeight',
  })
  const weight = positiveWeight(options.positiveWeight ?? 1)
  return {
    name: 'binaryCrossEntropy',
    options: { positiveWeight: weight },
    target(output) {
      if (typeof weight !== 'number' && weight.length !== output.columns) {
        throw new UnrolledError(
          'option',
          `binaryCrossEntropy: positiveWeight has ${weight.length} numbers; the output has ${output.columns} columns`,
        )
      }
      return { ...output, range: { from: 0, to: 1 } }
    },
    build(output, targets) {
      // −log σ(x) is softplus(−x), and −log(1 − σ(x)) is x more: no difference of large numbers remains.
      const no = sub(constant(1), targets)
      return mean(add(mul(no, output), mul(shareOf(targets, weight), softplus(neg(output)))))
    },
    probabilities: sigmoids,
    metrics: { accuracy: shareRight },
  }
}

/** The share of columns on the right side of a half. */
function shareRight(output: ArrayLike<number>, target: ArrayLike<number>): number {
  let right = 0
  for (let i = 0; i < output.length; i++) if (output[i]! > 0 === target[i]! > 0.5) right++
  return right / output.length
}

/** 1 + (weight − 1) · target: what softplus(−output) weighs. */
function shareOf(targets: Node, weight: number | readonly number[]): Node {
  if (weight === 1) return constant(1)
  const more = typeof weight === 'number' ? constant(weight - 1) : row(weight.map((each) => each - 1))
  return add(constant(1), mul(more, targets))
}

function positiveWeight(given: number | readonly number[]): number | readonly number[] {
  const check = (name: string, value: number): number => checkNumber('binaryCrossEntropy', name, value, { from: 0 })
  if (!Array.isArray(given)) return check('positiveWeight', given as number)
  if (given.length > longestRow) {
    throw wrongOption('binaryCrossEntropy', 'positiveWeight', given, `at most ${longestRow} numbers`)
  }
  return given.map((value: number, i) => check(`positiveWeight[${i}]`, value))
}
