import { UnrolledError } from '../../error.ts'
import { checkNumber } from '../../options.ts'

/** What changes from one step to a later one: the next, or that of the next season. */
export interface Differencing {
  readonly lag: number
  /** x[t] − x[t − lag], from the step `lag` on: so many fewer than there are values. */
  forward(values: ArrayLike<number>): Float64Array
  /**
   * Values again, of differences and at least `lag` values that come before the first of them.
   * @throws UnrolledError `data` where fewer come before.
   */
  inverse(differences: ArrayLike<number>, before: ArrayLike<number>): Float64Array
}

/** Differences to the step `lag` before. */
export function differences(lag: number): Differencing {
  checkNumber('differences', 'lag', lag, { from: 1, whole: true })
  return {
    lag,
    forward: (values) =>
      Float64Array.from({ length: Math.max(0, values.length - lag) }, (_, t) => values[t + lag]! - values[t]!),
    inverse(differences, before) {
      if (before.length < lag) {
        throw new UnrolledError(
          'data',
          `differences: ${before.length} values come before; ${lag} are needed, which differences are to`,
        )
      }
      const values = new Float64Array(lag + differences.length)
      for (let t = 0; t < lag; t++) values[t] = before[before.length - lag + t]!
      for (let t = 0; t < differences.length; t++) values[t + lag] = values[t]! + differences[t]!
      return values.subarray(lag)
    },
  }
}
