import { checkNames, checkNumber } from '../../options.ts'
import { stateless, type Schedule } from './schedule.ts'

/** In PyTorch's words, `from` is the optimizer's lr, and `factor` is gamma. */
export interface ExponentialOptions {
  /** The learning rate to start from. */
  readonly from: number
  /** What it is multiplied with after each update. */
  readonly factor: number
}

/** Multiplies the learning rate by `factor` after each update, as torch.optim.lr_scheduler.ExponentialLR. */
export function exponential(options: ExponentialOptions): Schedule {
  checkNames('exponential', options, ['from', 'factor'], { lr: 'from', gamma: 'factor' })
  const from = checkNumber('exponential', 'from', options.from, { from: 0 })
  const factor = checkNumber('exponential', 'factor', options.factor, { above: 0, to: 1 })
  return stateless({ name: 'exponential', options: { from, factor } }, (step) => from * factor ** (step - 1))
}
