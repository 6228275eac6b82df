import { add, constant, div, mul, sqrt, sub } from '../../graph/index.ts'
import { checkBoolean, checkNames } from '../../options.ts'
import { average, decayed } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { betasOf, epsilon, learningRate, number, synonyms, type OptimizerOptions } from './options.ts'

/** Named as those of torch.optim.NAdam, in camel case; `lr` is 2e-3 if not given. */
export interface NadamOptions extends OptimizerOptions {
  /** The shares of the old averages of the gradient and of its square that are kept; [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to the root; 1e-8. */
  readonly eps?: number
  /** How fast the momentum of update t, beta₁ · (1 − 0.96^(t · momentumDecay) ÷ 2), rises; 4e-3. */
  readonly momentumDecay?: number
  /** Whether decay acts on the parameters, as in adamW, not through the gradient; false. */
  readonly decoupledWeightDecay?: boolean
}

/**
 * NAdam, Adam with Nesterov's look ahead (Dozat 2016, algorithm 8), formulas and defaults of torch.optim.NAdam, lr 2e-3 among
 * them: p ← p − lr · (g · (1 − μ_t) ÷ (1 − Π μ) + m · μ_t+1 ÷ (1 − Π μ · μ_t+1)) ÷ (√v̂ + eps), Π over the updates up to t.
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  const names = ['lr', 'betas', 'eps', 'weightDecay', 'momentumDecay', 'decoupledWeightDecay']
  checkNames('nadam', options, names, { ...synonyms, momentum_decay: 'momentumDecay' })
  const { lr, written } = learningRate('nadam', options.lr ?? 2e-3)
  const [beta1, beta2] = betasOf('nadam', options.betas)
  const eps = epsilon('nadam', options.eps ?? 1e-8)
  const weightDecay = number('nadam', 'weightDecay', options.weightDecay ?? 0)
  const momentumDecay = number('nadam', 'momentumDecay', options.momentumDecay ?? 4e-3)
  const apart = checkBoolean('nadam', 'decoupledWeightDecay', options.decoupledWeightDecay ?? false)
  const momentum = (step: number): number => beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay))
  const product = productOf(momentum)

  return {
    name: 'nadam',
    options: { lr: written, betas: [beta1, beta2], eps, weightDecay, momentumDecay, decoupledWeightDecay: apart },
    lr,
    moments: [
      { name: 'mean', initial: 0 },
      { name: 'square', initial: 0 },
    ],
    scalars: ['gradientRate', 'meanRate', 'correction', ...(apart ? ['keep'] : [])],
    scalarValues(step, lr, into) {
      const sofar = product(step)
      const next = momentum(step + 1)
      into[0] = (lr * (1 - momentum(step))) / (1 - sofar)
      into[1] = (lr * next) / (1 - sofar * next)
      into[2] = 1 - beta2 ** step
      if (apart) into[3] = 1 - lr * weightDecay
    },
    update({ parameter, gradient, moments, scalars }) {
      const g = apart ? gradient : decayed(gradient, parameter, weightDecay)
      const mean = average(moments['mean']!, g, beta1)
      const square = average(moments['square']!, mul(g, g), beta2)
      const root = add(sqrt(div(square, scalars['correction']!)), constant(eps))
      const start = apart ? mul(scalars['keep']!, parameter) : parameter
      const way = add(mul(scalars['gradientRate']!, g), mul(scalars['meanRate']!, mean))
      return { parameter: sub(start, div(way, root)), moments: { mean, square } }
    },
  }
}

/** The product of factors 1 to n. It goes on from the last n asked for, and is the same from wherever a run goes on. */
function productOf(factor: (i: number) => number): (n: number) => number {
  let last = { n: 0, product: 1 }
  return (n) => {
    let { n: i, product } = n >= last.n ? last : { n: 0, product: 1 }
    while (i < n && product !== 0) product *= factor(++i)
    last = { n, product }
    return product
  }
}
