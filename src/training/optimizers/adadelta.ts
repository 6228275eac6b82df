import { add, constant, div, mul, sqrt, sub, type Node } from '../../graph/index.ts'
import { checkNames } from '../../options.ts'
import { average, decayed } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { epsilon, learningRate, number, synonyms, type OptimizerOptions } from './options.ts'

/** Named as those of torch.optim.Adadelta, in camel case; `lr` is 1 if not given. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** The share of the old averages that is kept; 0.9. */
  readonly rho?: number
  /** Added below both roots; 1e-6. */
  readonly eps?: number
}

/**
 * Adadelta (Zeiler 2012, arXiv:1212.5701, algorithm 1), formulas and defaults of torch.optim.Adadelta, lr 1 among them:
 * Δ ← g · √(E[Δ²] + eps) ÷ √(E[g²] + eps), p ← p − lr · Δ.
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  checkNames('adadelta', options, ['lr', 'rho', 'eps', 'weightDecay'], { ...synonyms, alpha: 'rho' })
  const { lr, written } = learningRate('adadelta', options.lr ?? 1)
  const rho = number('adadelta', 'rho', options.rho ?? 0.9, { from: 0, to: 1 })
  const eps = epsilon('adadelta', options.eps ?? 1e-6)
  const weightDecay = number('adadelta', 'weightDecay', options.weightDecay ?? 0)

  return {
    name: 'adadelta',
    options: { lr: written, rho, eps, weightDecay },
    lr,
    moments: [
      { name: 'square', initial: 0 },
      { name: 'way', initial: 0 },
    ],
    scalars: ['lr'],
    scalarValues(_, lr, into) {
      into[0] = lr
    },
    update({ parameter, gradient, moments, scalars }) {
      const g = decayed(gradient, parameter, weightDecay)
      const square = average(moments['square']!, mul(g, g), rho)
      const root = (average: Node): Node => sqrt(add(average, constant(eps)))
      const delta = mul(div(root(moments['way']!), root(square)), g)
      const way = average(moments['way']!, mul(delta, delta), rho)
      return { parameter: sub(parameter, mul(scalars['lr']!, delta)), moments: { square, way } }
    },
  }
}
