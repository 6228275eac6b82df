import { checkNames, checkNumber } from '../../options.ts'
import type { Schedule, ScheduleState } from './schedule.ts'

/** In PyTorch's words, `from` is the optimizer's lr, and `to` is min_lr; the others have its names. */
export interface PlateauOptions {
  /** The learning rate to start from. */
  readonly from: number
  /** What it is multiplied with; 0.1. */
  readonly factor?: number
  /** Validations without improvement that are let pass; 10. */
  readonly patience?: number
  /** The share of the best loss by which a loss must be lower to count as better; 1e-4. */
  readonly threshold?: number
  /** Validations after a reduction that do not count; 0. */
  readonly cooldown?: number
  /** The learning rate is never made lower than this; 0. */
  readonly to?: number
}

/** Lowers the learning rate when the validation loss gets no better, as torch.optim.lr_scheduler.ReduceLROnPlateau. */
export function plateau(options: PlateauOptions): Schedule {
  checkNames('plateau', options, ['from', 'factor', 'patience', 'threshold', 'cooldown', 'to'], {
    lr: 'from',
    min: 'to',
    minLr: 'to',
    minDelta: 'threshold',
    gamma: 'factor',
  })
  const from = checkNumber('plateau', 'from', options.from, { from: 0 })
  const factor = checkNumber('plateau', 'factor', options.factor ?? 0.1, { above: 0, below: 1 })
  const patience = checkNumber('plateau', 'patience', options.patience ?? 10, { from: 0, whole: true })
  const threshold = checkNumber('plateau', 'threshold', options.threshold ?? 1e-4, { from: 0, below: 1 })
  const cooldown = checkNumber('plateau', 'cooldown', options.cooldown ?? 0, { from: 0, whole: true })
  const to = checkNumber('plateau', 'to', options.to ?? 0, { from: 0 })
  const initial: ScheduleState = { lr: from, bad: 0, cooling: 0 }

  return {
    name: 'plateau',
    options: { from, factor, patience, threshold, cooldown, to },
    initial,
    needsValidation: true,
    lr: (_step, _epoch, _total, state = initial) => state['lr']!,
    observe(state, loss) {
      // `best` is absent before the first validation: JSON has no Infinity.
      const best = state['best'] ?? Infinity
      const better = loss < (best === Infinity ? best : best - threshold * Math.abs(best))
      let lr = state['lr']!
      let bad = better ? 0 : state['bad']! + 1
      let cooling = state['cooling']!
      if (cooling > 0) {
        cooling--
        bad = 0
      }
      if (bad > patience) {
        const lower = Math.max(lr * factor, to)
        // PyTorch leaves differences of 1e-8 and less alone.
        if (lr - lower > 1e-8) lr = lower
        cooling = cooldown
        bad = 0
      }
      const known = better ? loss : best
      return { lr, bad, cooling, ...(known !== Infinity && { best: known }) }
    },
  }
}
