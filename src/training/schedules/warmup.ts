import { checkNames, checkNumber, wrongOption } from '../../options.ts'
import type { Schedule } from './schedule.ts'

/** How long the rise takes, and what follows it. */
export interface WarmupOptions {
  /** Updates until the full learning rate. */
  readonly steps: number
  /** The schedule to which the rise leads. */
  readonly then: Schedule
}

/** The share of the learning rate that update `step` has in a linear rise over `steps` updates; never 0. */
export const ramp = (step: number, steps: number): number => (step < steps ? step / steps : 1)

/** Multiplies a schedule by a linear rise from 1 / steps to 1, as torch.optim.lr_scheduler.LinearLR chained before it. */
export function warmup(options: WarmupOptions): Schedule {
  checkNames('warmup', options, ['steps', 'then'], { warmup: 'steps', over: 'steps', schedule: 'then', lr: 'then' })
  const steps = checkNumber('warmup', 'steps', options.steps, { from: 0, whole: true })
  const { then } = options
  if (typeof then?.lr !== 'function')
    throw wrongOption('warmup', 'then', then, 'a schedule, such as constant({ lr: 1e-3 })')
  return {
    name: 'warmup',
    options: { steps, then: { name: then.name, options: then.options } },
    initial: then.initial,
    ...(then.needsValidation && { needsValidation: true }),
    lr: (step, epoch, total, state) => ramp(step, steps) * then.lr(step, epoch, total, state),
    observe: (state, validationLoss) => then.observe(state, validationLoss),
  }
}
