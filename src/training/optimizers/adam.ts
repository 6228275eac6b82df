import { add, constant, div, max, mul, sqrt, sub } from '../../graph/index.ts'
import { checkBoolean, checkNames } from '../../options.ts'
import { average, decayed } from './decay.ts'
import type { Optimizer } from './optimizer.ts'
import { betasOf, epsilon, learningRate, number, synonyms, type OptimizerOptions } from './options.ts'

/** Named as those of torch.optim.Adam and AdamW, in camel case; `lr` is 1e-3 if not given. */
export interface AdamOptions extends OptimizerOptions {
  /** The shares of the old averages of the gradient and of its square that are kept; [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to the root; 1e-8. */
  readonly eps?: number
  /** Divides by the root of the greatest average of the square so far (Reddi et al. 2018, arXiv:1904.09237); false. */
  readonly amsgrad?: boolean
}

/**
 * Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1), formulas and defaults of torch.optim.Adam:
 * p ← p − lr · m̂ ÷ (√v̂ + eps), the averages m̂ and v̂ corrected for their start at zero.
 */
export const adam = (options: AdamOptions = {}): Optimizer => adaptiveMoments('adam', options, false)

/**
 * Adam with weight decay that acts on the parameters, not through the gradient (Loshchilov & Hutter 2019,
 * arXiv:1711.05101, algorithm 2), formulas and defaults of torch.optim.AdamW: p ← p − lr · weightDecay · p comes first.
 * `weightDecay` is 0.01 if not given.
 */
export const adamW = (options: AdamOptions = {}): Optimizer => adaptiveMoments('adamW', options, true)

/** `apart`: whether decay acts on the parameters. */
function adaptiveMoments(name: string, options: AdamOptions, apart: boolean): Optimizer {
  checkNames(name, options, ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad'], synonyms)
  const { lr, written } = learningRate(name, options.lr ?? 1e-3)
  const [beta1, beta2] = betasOf(name, options.betas)
  const eps = epsilon(name, options.eps ?? 1e-8)
  const weightDecay = number(name, 'weightDecay', options.weightDecay ?? (apart ? 1e-2 : 0))
  const amsgrad = checkBoolean(name, 'amsgrad', options.amsgrad ?? false)

  return {
    name,
    // Stored runs are compared by their options: those without amsgrad do not name it.
    options: { lr: written, betas: [beta1, beta2], eps, weightDecay, ...(amsgrad && { amsgrad }) },
    lr,
    moments: [
      { name: 'mean', initial: 0 },
      { name: 'square', initial: 0 },
      ...(amsgrad ? [{ name: 'greatest', initial: 0 }] : []),
    ],
    scalars: ['rate', 'correction', ...(apart ? ['keep'] : [])],
    scalarValues(step, lr, into) {
      into[0] = lr / (1 - beta1 ** step)
      into[1] = Math.sqrt(1 - beta2 ** step)
      if (apart) into[2] = 1 - lr * weightDecay
    },
    update({ parameter, gradient, moments, scalars }) {
      const g = apart ? gradient : decayed(gradient, parameter, weightDecay)
      const mean = average(moments['mean']!, g, beta1)
      const square = average(moments['square']!, mul(g, g), beta2)
      const greatest = amsgrad ? max(moments['greatest']!, square) : undefined
      const root = add(div(sqrt(greatest ?? square), scalars['correction']!), constant(eps))
      const start = apart ? mul(scalars['keep']!, parameter) : parameter
      return {
        parameter: sub(start, mul(scalars['rate']!, div(mean, root))),
        moments: { mean, square, ...(greatest && { greatest }) },
      }
    },
  }
}
