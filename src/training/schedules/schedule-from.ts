import { UnrolledError } from '../../error.ts'
import { nearest } from '../../nearest.ts'
import { wrongOption, type Description } from '../../options.ts'
import { constant } from './constant.ts'
import { cosine } from './cosine.ts'
import { exponential } from './exponential.ts'
import { plateau } from './plateau.ts'
import type { Schedule } from './schedule.ts'
import { stepDecay } from './step-decay.ts'
import { warmup } from './warmup.ts'

type Make = (options: never) => Schedule

const kinds: Readonly<Record<string, Make>> = {
  constant,
  cosine,
  exponential,
  plateau,
  stepDecay,
  warmup: (options: { steps: number; then: Description }) =>
    warmup({ ...options, then: scheduleFrom(options.then, 'warmup') }),
}

/** The schedule a learning rate given as an option stands for: a number, a schedule, or the description of one. */
export function scheduleFrom(lr: number | Schedule | Description, owner = 'schedule'): Schedule {
  if (typeof lr === 'number') {
    if (!Number.isFinite(lr) || lr < 0) throw wrongOption(owner, 'lr', lr, 'at least 0, or a schedule')
    return constant({ lr })
  }
  if (typeof lr !== 'object' || lr === null || typeof lr.name !== 'string') {
    throw wrongOption(owner, 'lr', lr, 'a number, or a schedule such as cosine({ from: 2e-3 })')
  }
  if ('lr' in lr && typeof lr.lr === 'function') {
    if (typeof lr.observe === 'function' && lr.initial) return lr
    throw new UnrolledError('option', `${owner}: the schedule ${lr.name} needs initial, lr and observe`)
  }
  const make = Object.hasOwn(kinds, lr.name) ? kinds[lr.name] : undefined
  if (!make) {
    const meant = nearest(lr.name, Object.keys(kinds))
    const advice = meant === undefined ? `known are ${Object.keys(kinds).join(', ')}` : `did you mean ${meant}?`
    throw new UnrolledError('option', `${owner}: there is no schedule ${lr.name}; ${advice}`)
  }
  return make((lr.options ?? {}) as never)
}
