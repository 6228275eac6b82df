/**
 * What held-out windows taught about a model's intervals (split conformal prediction of quantiles; Romano et al. 2019,
 * arXiv:1905.03222, one level at a time): for each level and step ahead, by how much what it says is moved, so that the share of values
 * below it was that level. In units of the window: deviations of the channel times the window's scale.
 */
export interface Conformal {
  /** The probabilities whose quantiles are moved, in order, above 0 and below 1. */
  readonly levels: readonly number[]
  /** `[levels][horizon]` */
  readonly shifts: readonly (readonly number[])[]
  /** How many windows it was fitted to. */
  readonly windows: number
  /** Time of the last step of their series. */
  readonly until: number
}

/** The levels of models that say one number, or any. */
export const usualLevels = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975] as const

/** A file's text of what a calibration found, held against the horizon. */
export function conformalFrom(content: unknown, horizon: number): Conformal | undefined {
  if (content === null) return undefined
  const { levels, shifts, windows, until } = (content ?? {}) as Partial<Conformal>
  const numbers = (list: unknown, count: number): boolean =>
    Array.isArray(list) && list.length === count && list.every((one) => Number.isFinite(one))
  const right =
    Array.isArray(levels) &&
    numbers(levels, levels.length) &&
    levels.every((level, i) => level > (levels[i - 1] ?? 0) && level < 1) &&
    Array.isArray(shifts) &&
    shifts.length === levels.length &&
    shifts.every((row) => numbers(row, horizon)) &&
    Number.isSafeInteger(windows) &&
    Number.isFinite(until)
  if (right) return content as Conformal
  throw new Error('it has no levels in order, with a shift of each for every step of the horizon')
}
