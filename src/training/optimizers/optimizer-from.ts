import { UnrolledError } from '../../error.ts'
import { nearest } from '../../nearest.ts'
import { wrongOption, type Description } from '../../options.ts'
import { adagrad } from './adagrad.ts'
import { adam, adamW } from './adam.ts'
import type { Optimizer } from './optimizer.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

const kinds: Readonly<Record<string, (options: never) => Optimizer>> = { adagrad, adam, adamW, rmsprop, sgd }

/** Names of the optimizers there are. */
export const optimizerNames: readonly string[] = Object.keys(kinds)

/** The optimizer that a description, such as one read from a file, stands for. Options left out are the usual ones. */
export function optimizerFrom(description: {
  readonly name: string
  readonly options?: Description['options']
}): Optimizer {
  if (typeof description?.name !== 'string') {
    throw wrongOption('train', 'optimizer', description, 'an optimizer such as adam({ lr: 1e-3 })')
  }
  const { name, options = {} } = description
  const make = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (!make) {
    const meant = nearest(name, optimizerNames)
    const advice = meant === undefined ? `known are ${optimizerNames.join(', ')}` : `did you mean ${meant}?`
    throw new UnrolledError('option', `there is no optimizer ${name}; ${advice}`)
  }
  return make(options as never)
}
