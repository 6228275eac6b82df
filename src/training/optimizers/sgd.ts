import { add, constant, mul, sub } from '../../graph/index.ts'
import { checkBoolean, checkNames, wrongOption } from '../../options.ts'
import { decayed } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { learningRate, number, synonyms, type OptimizerOptions } from './options.ts'

/** Named as those of torch.optim.SGD, in camel case; `lr` is 1e-3 if not given. */
export interface SgdOptions extends OptimizerOptions {
  /** The share of the last direction that is kept; 0. */
  readonly momentum?: number
  /** The share of the gradient that does not enter the direction; 0. */
  readonly dampening?: number
  /** Looks one step of momentum ahead; false. */
  readonly nesterov?: boolean
}

/**
 * Stochastic gradient descent with momentum (Sutskever et al. 2013), formulas and defaults of torch.optim.SGD:
 * b ← momentum · b + (1 − dampening) · g, p ← p − lr · b; Nesterov: p ← p − lr · (g + momentum · b).
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkNames('sgd', options, ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov'], synonyms)
  const { lr, written } = learningRate('sgd', options.lr ?? 1e-3)
  const momentum = number('sgd', 'momentum', options.momentum ?? 0)
  const dampening = number('sgd', 'dampening', options.dampening ?? 0, {})
  const weightDecay = number('sgd', 'weightDecay', options.weightDecay ?? 0)
  const nesterov = checkBoolean('sgd', 'nesterov', options.nesterov ?? false)
  if (nesterov && momentum === 0) throw wrongOption('sgd', 'momentum', momentum, 'above 0 with nesterov')
  if (nesterov && dampening !== 0) throw wrongOption('sgd', 'dampening', dampening, '0 with nesterov')

  return {
    name: 'sgd',
    options: { lr: written, momentum, dampening, weightDecay, nesterov },
    lr,
    moments: momentum === 0 ? [] : [{ name: 'momentum', initial: 0 }],
    scalars: momentum === 0 ? ['lr'] : ['lr', 'share'],
    scalarValues(step, lr, into) {
      into[0] = lr
      // The first direction is the gradient, undampened.
      if (momentum !== 0) into[1] = step === 1 ? 1 : 1 - dampening
    },
    update({ parameter, gradient, moments, scalars }) {
      const g = decayed(gradient, parameter, weightDecay)
      if (momentum === 0) return { parameter: sub(parameter, mul(scalars['lr']!, g)), moments: {} }
      const direction = add(mul(constant(momentum), moments['momentum']!), mul(scalars['share']!, g))
      const way = nesterov ? add(g, mul(constant(momentum), direction)) : direction
      return { parameter: sub(parameter, mul(scalars['lr']!, way)), moments: { momentum: direction } }
    },
  }
}
