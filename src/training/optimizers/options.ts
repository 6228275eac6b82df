import { checkNumber, wrongOption, type Description, type NumberRange } from '../../options.ts'
import { scheduleFrom, type Schedule } from '../schedules/index.ts'

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** The learning rate: a number, or how it goes through the run. Where it is left out, what PyTorch has for the optimizer. */
  readonly lr?: number | Schedule | Description
  /** L2 penalty: this times the parameter is added to the gradient (AdamW: taken from the parameter); 0, of AdamW 0.01. */
  readonly weightDecay?: number
}

/** Other words for the same options, in the tongues of other libraries. */
export const synonyms: Readonly<Record<string, string>> = {
  learningRate: 'lr',
  learning_rate: 'lr',
  weight_decay: 'weightDecay',
  epsilon: 'eps',
  rho: 'alpha',
  beta1: 'betas',
  beta2: 'betas',
  lr_decay: 'lrDecay',
  initialAccumulator: 'initialAccumulatorValue',
  initial_accumulator_value: 'initialAccumulatorValue',
}

/** A learning rate's schedule and how it is written down. */
export function learningRate(
  owner: string,
  lr: number | Schedule | Description,
): { lr: Schedule; written: Description } {
  const schedule = scheduleFrom(lr, owner)
  return { lr: schedule, written: { name: schedule.name, options: schedule.options } }
}

/** A number of at least 0, if no other range is given. */
export const number = (owner: string, name: string, value: number, range: NumberRange = { from: 0 }): number =>
  checkNumber(owner, name, value, range)

/** Shares of two old averages that are kept; [0.9, 0.999] if not given. */
export function betasOf(owner: string, betas: readonly [number, number] = [0.9, 0.999]): readonly [number, number] {
  if (!Array.isArray(betas) || betas.length !== 2)
    throw wrongOption(owner, 'betas', betas, 'two numbers, as [0.9, 0.999]')
  const share = (i: 0 | 1): number => number(owner, `betas[${i}]`, betas[i], { from: 0, below: 1 })
  return [share(0), share(1)]
}

/** Added to a divisor that is zero at the pads, it must not vanish in float32. */
export const epsilon = (owner: string, value: number): number => checkNumber(owner, 'eps', value, { from: 1e-30 })
