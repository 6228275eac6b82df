import { add, constant, div, mul, sqrt, sub } from '../../graph/index.ts'
import { checkNames } from '../../options.ts'
import { decayed } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { epsilon, learningRate, number, synonyms, type OptimizerOptions } from './options.ts'

/** Named as those of torch.optim.Adagrad, in camel case; `lr` is 1e-2 if not given. */
export interface AdagradOptions extends OptimizerOptions {
  /** The learning rate of update t is divided by 1 + (t − 1) · lrDecay; 0. */
  readonly lrDecay?: number
  /** What the sums of squares start from; 0. */
  readonly initialAccumulatorValue?: number
  /** Added to the root; 1e-10. */
  readonly eps?: number
}

/**
 * Adagrad (Duchi et al. 2011, figure 1), formulas and defaults of torch.optim.Adagrad:
 * s ← s + g², p ← p − lr · g ÷ (√s + eps).
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkNames('adagrad', options, ['lr', 'lrDecay', 'weightDecay', 'initialAccumulatorValue', 'eps'], synonyms)
  const { lr, written } = learningRate('adagrad', options.lr ?? 1e-2)
  const lrDecay = number('adagrad', 'lrDecay', options.lrDecay ?? 0)
  const weightDecay = number('adagrad', 'weightDecay', options.weightDecay ?? 0)
  const initial = number('adagrad', 'initialAccumulatorValue', options.initialAccumulatorValue ?? 0)
  const eps = epsilon('adagrad', options.eps ?? 1e-10)

  return {
    name: 'adagrad',
    options: { lr: written, lrDecay, weightDecay, initialAccumulatorValue: initial, eps },
    lr,
    moments: [{ name: 'sum', initial }],
    scalars: ['rate'],
    scalarValues(step, lr, into) {
      into[0] = lr / (1 + (step - 1) * lrDecay)
    },
    update({ parameter, gradient, moments, scalars }) {
      const g = decayed(gradient, parameter, weightDecay)
      const sum = add(moments['sum']!, mul(g, g))
      const way = div(g, add(sqrt(sum), constant(eps)))
      return { parameter: sub(parameter, mul(scalars['rate']!, way)), moments: { sum } }
    },
  }
}
