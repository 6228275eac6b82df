import { UnrolledError } from '../../error.ts'
import { nearest } from '../../nearest.ts'
import { wrongOption, type Description } from '../../options.ts'
import { scheduleFrom } from '../schedules/index.ts'
import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adam, adamW } from './adam.ts'
import { adamax } from './adamax.ts'
import { nadam } from './nadam.ts'
import type { Optimizer } from './optimizer.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

const kinds: Readonly<Record<string, (options: never) => Optimizer>> = {
  adadelta,
  adagrad,
  adam,
  adamW,
  adamax,
  nadam,
  rmsprop,
  sgd,
}

/** Names of the optimizers there are. */
export const optimizerNames: readonly string[] = Object.keys(kinds)

const methods = ['update', 'scalarValues'] as const

/**
 * The optimizer given, used as it is, or the one that a description, such as one read from a file, stands for. Options left out are
 * the usual ones.
 */
export function optimizerFrom(
  description: Optimizer | { readonly name: string; readonly options?: Description['options'] },
): Optimizer {
  if (typeof description?.name !== 'string') {
    throw wrongOption('train', 'optimizer', description, 'an optimizer such as adam({ lr: 1e-3 })')
  }
  if (methods.some((method) => method in description)) return checkedOptimizer(description as Optimizer)
  const { name, options = {} } = description
  const make = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (!make) {
    const meant = nearest(name, optimizerNames)
    const advice = meant === undefined ? `known are ${optimizerNames.join(', ')}` : `did you mean ${meant}?`
    throw new UnrolledError('option', `there is no optimizer ${name}; ${advice}`)
  }
  return make(options as never)
}

/** An optimizer of one's own must have all that one has. */
function checkedOptimizer(optimizer: Optimizer): Optimizer {
  const { name, options, lr, moments, scalars } = optimizer
  const lacks =
    methods.find((method) => typeof optimizer[method] !== 'function') ??
    (typeof options !== 'object' || options === null
      ? 'options'
      : typeof lr?.lr !== 'function'
        ? 'lr, a schedule'
        : !Array.isArray(moments)
          ? 'moments'
          : !Array.isArray(scalars)
            ? 'scalars'
            : undefined)
  if (lacks !== undefined) throw new UnrolledError('option', `train: the optimizer ${name} has no ${lacks}`)
  scheduleFrom(lr, name)
  return optimizer
}
