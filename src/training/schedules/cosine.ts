import { UnrolledError } from '../../error.ts'
import { checkNames, checkNumber } from '../../options.ts'
import { ramp } from './warmup.ts'
import { stateless, type Schedule } from './schedule.ts'

/** In PyTorch's words, `from` is the optimizer's lr, `to` is eta_min, and `over` less `warmup` is T_max. */
export interface CosineOptions {
  /** The highest learning rate, reached at the end of the warm-up. */
  readonly from: number
  /** The learning rate at the end; 0. */
  readonly to?: number
  /** Updates over which the learning rate rises linearly to `from`; 0. */
  readonly warmup?: number
  /** Updates, the warm-up among them, after which the learning rate stays at `to`; the whole run. */
  readonly over?: number
}

/**
 * Half a cosine from `from` down to `to` (Loshchilov & Hutter 2017, arXiv:1608.03983, equation 5, without restarts), as
 * torch.optim.lr_scheduler.CosineAnnealingLR, after a linear warm-up.
 */
export function cosine(options: CosineOptions): Schedule {
  checkNames('cosine', options, ['from', 'to', 'warmup', 'over'], { lr: 'from', min: 'to', etaMin: 'to', tMax: 'over' })
  const from = checkNumber('cosine', 'from', options.from, { from: 0 })
  const to = checkNumber('cosine', 'to', options.to ?? 0, { from: 0 })
  const warmup = checkNumber('cosine', 'warmup', options.warmup ?? 0, { from: 0, whole: true })
  const over =
    options.over === undefined
      ? undefined
      : checkNumber('cosine', 'over', options.over, { from: warmup + 1, whole: true })
  const description = { name: 'cosine', options: { from, to, warmup, ...(over !== undefined && { over }) } }
  return stateless(description, (step, _, total) => {
    if (step <= warmup) return from * ramp(step, warmup)
    const length = (over ?? total) - warmup
    if (!Number.isFinite(length)) {
      throw new UnrolledError(
        'option',
        'cosine: the length of this run in updates is not known beforehand; say it as over, or limit epochs or steps',
      )
    }
    const way = length > 0 ? Math.min(1, (step - 1 - warmup) / length) : 1
    return to + ((from - to) * (1 + Math.cos(Math.PI * way))) / 2
  })
}
