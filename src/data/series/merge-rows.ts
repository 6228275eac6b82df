import type { Merging } from './reading-options.ts'

/** The value that several become; what is missing does not count. NaN where all are. */
const rules: Readonly<Record<Merging, (values: readonly number[]) => number>> = {
  mean: (values) => rules.sum(values) / values.length,
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  min: (values) => values.reduce((least, value) => Math.min(least, value)),
  max: (values) => values.reduce((most, value) => Math.max(most, value)),
  first: (values) => values[0]!,
  last: (values) => values.at(-1)!,
}

/**
 * The values of a column at each of `count` steps: those of the rows that lie on it, made one by a rule. Rows lie in the order of
 * `steps`. NaN where there is none.
 */
export function mergeRows(
  values: Float64Array,
  rows: ArrayLike<number>,
  steps: Float64Array,
  count: number,
  rule: Merging,
): Float64Array {
  const merged = new Float64Array(count).fill(NaN)
  for (let first = 0; first < rows.length;) {
    const step = steps[first]!
    let next = first
    const alike: number[] = []
    for (; next < rows.length && steps[next] === step; next++) {
      const value = values[rows[next]!]!
      if (!Number.isNaN(value)) alike.push(value)
    }
    if (alike.length > 0) merged[step] = alike.length === 1 && rule !== 'sum' ? alike[0]! : rules[rule](alike)
    first = next
  }
  return merged
}
