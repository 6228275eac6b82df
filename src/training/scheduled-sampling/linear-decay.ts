import { UnrolledError } from '../../error.ts'
import { checkNames, checkNumber } from '../../options.ts'
import type { SamplingDecay } from './sampling-decay.ts'

/** How far the share of steps that read what is true falls, and how fast. */
export interface LinearDecayOptions {
  /** The share of steps that read what is true in the end: ε of the paper. */
  readonly to: number
  /** Updates after which it stays there; the whole run. */
  readonly over?: number
}

/** ε falls from 1 in a straight line: max(`to`, 1 − c i) for update i, from 0, with c = (1 − `to`) ÷ `over` (Bengio et al. 2015, section 2.4). */
export function linearDecay(options: LinearDecayOptions): SamplingDecay {
  checkNames('linearDecay', options, ['to', 'over'], { epsilon: 'to', min: 'to', steps: 'over' })
  const to = checkNumber('linearDecay', 'to', options.to, { from: 0, to: 1 })
  const over =
    options.over === undefined ? undefined : checkNumber('linearDecay', 'over', options.over, { from: 1, whole: true })
  return {
    name: 'linearDecay',
    options: { to, ...(over !== undefined && { over }) },
    probability(step, total) {
      const length = over ?? total
      if (Number.isFinite(length)) return (1 - to) * Math.min(1, (step - 1) / length)
      throw new UnrolledError(
        'option',
        'linearDecay: the length of this run in updates is not known beforehand; say it as over, or limit epochs or steps',
      )
    },
  }
}
