import {
  abs,
  add,
  constant,
  crossEntropy as crossEntropyNode,
  div,
  less,
  mean,
  mul,
  sub,
  sumColumns,
  type Node,
} from '../../graph/index.ts'
import { UnrolledError } from '../../error.ts'
import { symbolsOf } from '../../layers/index.ts'
import { checkNames, checkNumber, wrongOption } from '../../options.ts'
import { logSumExp } from './log-sum-exp.ts'
import { largestOf, softmax } from './probabilities.ts'
import { longestRow, row } from './row.ts'
import type { Loss } from './loss.ts'

/** How `crossEntropy` weighs classes, softens targets and leaves steps out. */
export interface CrossEntropyOptions {
  /** The share of the target that is spread evenly over all classes (Szegedy et al. 2016, arXiv:1512.00567); 0. */
  readonly labelSmoothing?: number
  /** How much each class counts, one number for each: the mean is Σ weight · loss ÷ Σ weight. All count 1. */
  readonly weights?: readonly number[]
  /** Steps with this target are left out, as by `ignore_index` of PyTorch, which is -100 there; none. */
  readonly ignore?: number
}

/**
 * −log softmax(output)[target] in nats, as torch.nn.CrossEntropyLoss; a target is the number of a class. With smoothing ε and
 * class weights w, of n classes: (1 − ε) · w[target] · −log p[target] + ε ÷ n · Σ_c w[c] · −log p[c], divided by w[target].
 * @throws UnrolledError `option` for wrong options.
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Loss {
  checkNames('crossEntropy', options, ['labelSmoothing', 'weights', 'ignore'], {
    label_smoothing: 'labelSmoothing',
    smoothing: 'labelSmoothing',
    weight: 'weights',
    classWeights: 'weights',
    ignoreIndex: 'ignore',
    ignore_index: 'ignore',
  })
  const smoothing = checkNumber('crossEntropy', 'labelSmoothing', options.labelSmoothing ?? 0, { from: 0, to: 1 })
  const weights = options.weights && classWeights(options.weights, smoothing)
  const { ignore } = options
  // Targets come as float32.
  if (ignore !== undefined)
    checkNumber('crossEntropy', 'ignore', ignore, { from: -(2 ** 24), to: 2 ** 24, whole: true })
  return {
    name: 'crossEntropy',
    options: {
      ...(smoothing !== 0 && { labelSmoothing: smoothing }),
      ...(weights && { weights }),
      ...(ignore !== undefined && { ignore }),
    },
    target({ columns: classes, axes }) {
      if (weights && weights.length !== classes) {
        throw new UnrolledError(
          'option',
          `crossEntropy: weights are ${weights.length} numbers; the output has ${classes} classes`,
        )
      }
      const range = { from: 0, to: classes - 1, whole: true, ...(ignore !== undefined && { except: ignore }) }
      return { ...symbolsOf(classes, axes), range }
    },
    build(output, targets) {
      const hard = crossEntropyNode(output, targets)
      if (smoothing === 0) return hard
      const even = weights ? evenly(output, targets, weights) : sub(logSumExp(output), mean(output))
      return add(mul(constant(1 - smoothing), hard), mul(constant(smoothing), even))
    },
    probabilities: softmax,
    ...((weights || ignore !== undefined) && {
      weight(targets, at) {
        const target = targets[at]!
        return target === ignore ? 0 : weights ? weights[target]! : 1
      },
    }),
    decode(output) {
      const probabilities = new Float64Array(output.length)
      softmax(output, 0, output.length, probabilities)
      return { label: largestOf(output), probabilities: [...probabilities] }
    },
    metrics: { accuracy: (output, [target]) => (largestOf(output) === target ? 1 : 0) },
  }
}

/** Σ_c w[c] · −log p[c] ÷ (n · w[target]); −log p[c] is log Σ exp(output) − output[c]. */
function evenly(output: Node, targets: Node, weights: readonly number[]): Node {
  const all = row(weights)
  const chosen = less(abs(sub(row(weights.map((_, c) => c)), targets)), constant(0.5))
  const own = sumColumns(mul(chosen, all))
  return div(mean(mul(all, sub(logSumExp(output), output))), own)
}

function classWeights(given: readonly number[], smoothing: number): readonly number[] {
  const wrong = (right: string): Error => wrongOption('crossEntropy', 'weights', given, right)
  if (!Array.isArray(given) || given.length === 0) throw wrong('one number for each class')
  // With smoothing a step's loss is divided by the weight of its class.
  const range = smoothing > 0 ? { above: 0 } : { from: 0 }
  if (smoothing > 0 && given.length > longestRow) {
    throw wrong(`of at most ${longestRow} classes with labelSmoothing`)
  }
  return given.map((weight: number, c) => checkNumber('crossEntropy', `weights[${c}]`, weight, range))
}
