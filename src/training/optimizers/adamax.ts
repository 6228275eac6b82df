import { abs, add, constant, div, max, mul, sub } from '../../graph/index.ts'
import { checkNames } from '../../options.ts'
import { average, decayed } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { betasOf, epsilon, learningRate, number, synonyms, type OptimizerOptions } from './options.ts'

/** Named as those of torch.optim.Adamax, in camel case; `lr` is 2e-3 if not given. */
export interface AdamaxOptions extends OptimizerOptions {
  /** The shares of the old average of the gradient and of its greatest size that are kept; [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to the size of the gradient; 1e-8. */
  readonly eps?: number
}

/**
 * Adamax (Kingma & Ba 2015, arXiv:1412.6980, algorithm 2), formulas and defaults of torch.optim.Adamax, lr 2e-3 among them:
 * u ← max(beta₂ · u, |g| + eps), p ← p − lr · m̂ ÷ u.
 */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  checkNames('adamax', options, ['lr', 'betas', 'eps', 'weightDecay'], synonyms)
  const { lr, written } = learningRate('adamax', options.lr ?? 2e-3)
  const [beta1, beta2] = betasOf('adamax', options.betas)
  const eps = epsilon('adamax', options.eps ?? 1e-8)
  const weightDecay = number('adamax', 'weightDecay', options.weightDecay ?? 0)

  return {
    name: 'adamax',
    options: { lr: written, betas: [beta1, beta2], eps, weightDecay },
    lr,
    moments: [
      { name: 'mean', initial: 0 },
      { name: 'size', initial: 0 },
    ],
    scalars: ['rate'],
    scalarValues(step, lr, into) {
      into[0] = lr / (1 - beta1 ** step)
    },
    update({ parameter, gradient, moments, scalars }) {
      const g = decayed(gradient, parameter, weightDecay)
      const mean = average(moments['mean']!, g, beta1)
      const size = max(mul(constant(beta2), moments['size']!), add(abs(g), constant(eps)))
      return { parameter: sub(parameter, mul(scalars['rate']!, div(mean, size))), moments: { mean, size } }
    },
  }
}
