/** An interval in which a value is with a probability, by the places of its bounds among levels. */
export interface KnownInterval {
  readonly share: number
  readonly low: number
  readonly high: number
}

/** Shares that are shown where levels allow. */
const usual = [0.5, 0.8, 0.95]

/** Levels that differ by no more are the same: (1 − 0.8) ÷ 2 is not 0.1. */
export const sameLevel = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9

/** The intervals that leave out as much below as above and whose bounds are levels, the narrowest first. */
export const intervalsOf = (levels: readonly number[]): readonly KnownInterval[] =>
  levels
    .flatMap((level, low): KnownInterval[] => {
      const high = levels.findIndex((other) => sameLevel(other, 1 - level))
      return high > low ? [{ share: Number((1 - 2 * level).toFixed(9)), low, high }] : []
    })
    .reverse()

/** The same; of more than three those that are nearest to 50, 80 and 95 %. */
export function knownIntervals(levels: readonly number[]): readonly KnownInterval[] {
  const all = intervalsOf(levels)
  if (all.length <= usual.length) return all
  const nearest = usual.map((share) => nearestInterval(all, share))
  return all.filter((one) => nearest.includes(one))
}

/** The one that is nearest to a share; undefined of none. */
export const nearestInterval = (all: readonly KnownInterval[], wanted: number): KnownInterval | undefined =>
  all.reduce<KnownInterval | undefined>(
    (best, one) => (best && Math.abs(best.share - wanted) <= Math.abs(one.share - wanted) ? best : one),
    undefined,
  )

/** `80 %`, `97.5 %`. */
export const percentText = (share: number): string => `${Number((100 * share).toFixed(2))} %`
