import { changeOf, type ValueChange } from '../../data/index.ts'
import { usualLevels, type Conformal, type Forecaster } from '../../models/index.ts'
import type { Said } from './said.ts'

/** From how many errors on a quantile of them is told; where there are fewer windows, steps beside each other are taken together. */
const enough = 200

/** How far each quantile is to be moved at each step of the horizon, of windows that were said and not settled, and of what came in them. */
export function conformalOf({ coding }: Forecaster, all: readonly Said[]): Pick<Conformal, 'levels' | 'shifts'> {
  const changes = coding.channels.map((_, number) => changeOf(coding, number))
  const told = all[0]!.levels
  const levels = told.length > 0 ? told : usualLevels
  const shifts = levels.map((level, k) => {
    const errors = Array.from({ length: coding.horizon }, (_, h) =>
      all.flatMap((said) => errorOf(changes[said.coded.number]!, said, k, h)),
    )
    return errors.map((_, h) => quantileOf(beside(errors, h), level))
  })
  return { levels: [...levels], shifts }
}

/** By how much a value lies above what was said of it, in spreads of its window; nothing where it is missing. */
function errorOf(
  { transform }: ValueChange,
  { coded, origin, point, quantiles, spread }: Said,
  level: number,
  step: number,
): number[] {
  const { values, missing } = coded.channel
  if (missing && missing[origin + step] !== 0) return []
  return [(transform.forward(values[origin + step]!) - (quantiles[level] ?? point)[step]!) / spread]
}

/** The errors of a step, and of as many beside it as make enough. */
function beside(errors: readonly (readonly number[])[], step: number): number[] {
  const reach = Math.ceil((enough / Math.max(1, errors[step]!.length) - 1) / 2)
  return errors.slice(Math.max(0, step - reach), step + reach + 1).flat()
}

/** The number below which a share of all there may be lies, of those that were seen: the ⌈(n + 1) τ⌉th of n, below the middle the ⌊(n + 1) τ⌋th. */
function quantileOf(errors: readonly number[], level: number): number {
  if (errors.length === 0) return 0
  const sorted = Float64Array.from(errors).sort()
  const rank = (sorted.length + 1) * level
  const at = (level < 0.5 ? Math.floor(rank) : Math.ceil(rank)) - 1
  return sorted[Math.max(0, Math.min(sorted.length - 1, at))]!
}
