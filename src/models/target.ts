import type { ValueRange } from '../data/index.ts'
import type { Target } from './losses/index.ts'
import type { Model } from './model.ts'

/** Whether a model gives one row for a whole sequence, not one for each step. */
export const answersOnce = ({ targets }: Model): boolean => !targets.targets.axes.includes('time')

/** What the numbers of a target may be; any finite ones where undefined. */
export const rangeOf = ({ range, symbols }: Target): ValueRange | undefined =>
  range ?? (symbols === undefined ? undefined : { from: 0, to: symbols - 1, whole: true })
