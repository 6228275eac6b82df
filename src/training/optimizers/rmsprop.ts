import { add, constant, div, max, mul, sqrt, sub } from '../../graph/index.ts'
import { checkBoolean, checkNames } from '../../options.ts'
import { average, decayed } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { epsilon, learningRate, number, synonyms, type OptimizerOptions } from './options.ts'

/** Named as those of torch.optim.RMSprop, in camel case; `lr` is 1e-2 if not given. */
export interface RmspropOptions extends OptimizerOptions {
  /** The share of the old average that is kept; 0.99. */
  readonly alpha?: number
  /** Added to the root; 1e-8. */
  readonly eps?: number
  /** The share of the last direction that is kept; 0. */
  readonly momentum?: number
  /** Divides by the deviation from the mean gradient instead; false. */
  readonly centered?: boolean
}

/**
 * RMSprop (Hinton 2012, lecture 6; centred as in Graves 2013, arXiv:1308.0850, equations 38 to 45), formulas and defaults
 * of torch.optim.RMSprop: v ← alpha · v + (1 − alpha) · g², p ← p − lr · g ÷ (√v + eps).
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkNames('rmsprop', options, ['lr', 'alpha', 'eps', 'weightDecay', 'momentum', 'centered'], synonyms)
  const { lr, written } = learningRate('rmsprop', options.lr ?? 1e-2)
  const alpha = number('rmsprop', 'alpha', options.alpha ?? 0.99, { from: 0, to: 1 })
  const eps = epsilon('rmsprop', options.eps ?? 1e-8)
  const weightDecay = number('rmsprop', 'weightDecay', options.weightDecay ?? 0)
  const momentum = number('rmsprop', 'momentum', options.momentum ?? 0)
  const centered = checkBoolean('rmsprop', 'centered', options.centered ?? false)
  const kept = ['square', ...(centered ? ['mean'] : []), ...(momentum === 0 ? [] : ['momentum'])]

  return {
    name: 'rmsprop',
    options: { lr: written, alpha, eps, weightDecay, momentum, centered },
    lr,
    moments: kept.map((name) => ({ name, initial: 0 })),
    scalars: ['lr'],
    scalarValues(_, lr, into) {
      into[0] = lr
    },
    update({ parameter, gradient, moments, scalars }) {
      const g = decayed(gradient, parameter, weightDecay)
      const square = average(moments['square']!, mul(g, g), alpha)
      const mean = centered ? average(moments['mean']!, g, alpha) : undefined
      // Rounding can leave the variance of a steady gradient a little below zero; its root would be NaN.
      const variance = mean ? max(constant(0), sub(square, mul(mean, mean))) : square
      const way = div(g, add(sqrt(variance), constant(eps)))
      const direction = momentum === 0 ? way : add(mul(constant(momentum), moments['momentum']!), way)
      return {
        parameter: sub(parameter, mul(scalars['lr']!, direction)),
        moments: { square, ...(mean && { mean }), ...(momentum !== 0 && { momentum: direction }) },
      }
    },
  }
}
