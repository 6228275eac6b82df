import { checkNames, checkNumber } from '../../options.ts'
import { stateless, type Schedule } from './schedule.ts'

/** The same learning rate throughout. */
export function constant(options: { readonly lr: number }): Schedule {
  checkNames('constant', options, ['lr'], { from: 'lr' })
  const lr = checkNumber('constant', 'lr', options.lr, { from: 0 })
  return stateless({ name: 'constant', options: { lr } }, () => lr)
}
