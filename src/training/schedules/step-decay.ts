import { checkNames, checkNumber } from '../../options.ts'
import { stateless, type Schedule } from './schedule.ts'

/** In PyTorch's words, `from` is the optimizer's lr, `every` is step_size, and `factor` is gamma. */
export interface StepDecayOptions {
  /** The learning rate to start from. */
  readonly from: number
  /** What it is multiplied with each time; 0.1. */
  readonly factor?: number
  /** Passes over the data between two reductions. */
  readonly every: number
  /** Passes over the data before the first reduction counts; 0. char-rnn has 10. */
  readonly after?: number
}

/** Multiplies the learning rate by `factor` every `every` epochs, as torch.optim.lr_scheduler.StepLR. */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkNames('stepDecay', options, ['from', 'factor', 'every', 'after'], {
    lr: 'from',
    gamma: 'factor',
    stepSize: 'every',
  })
  const from = checkNumber('stepDecay', 'from', options.from, { from: 0 })
  const factor = checkNumber('stepDecay', 'factor', options.factor ?? 0.1, { above: 0, to: 1 })
  const every = checkNumber('stepDecay', 'every', options.every, { above: 0 })
  const after = checkNumber('stepDecay', 'after', options.after ?? 0, { from: 0 })
  return stateless(
    { name: 'stepDecay', options: { from, factor, every, after } },
    (_, epoch) => from * factor ** Math.floor(Math.max(0, epoch - after) / every),
  )
}
