import type { Filling } from './reading-options.ts'

/** Steps without a value between two that have one. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** Where values are missing between the first and the last that are there. */
export function gapsIn(values: Float64Array): readonly Gap[] {
  const gaps: Gap[] = []
  for (let step = 0; step < values.length; step++) {
    if (!Number.isNaN(values[step])) continue
    const from = step
    while (step < values.length && Number.isNaN(values[step])) step++
    gaps.push({ from, to: step })
  }
  return gaps
}

/** What stands in a gap: the value before it, 0, or a line between the values before and behind, which only what is known ahead may know. */
export type Standing = Exclude<Filling, 'error'> | 'line'

/** Values without gaps; at an end, where there is no neighbour on one side, the other stands. */
export function filled(values: Float64Array, gaps: readonly Gap[], rule: Standing): Float64Array {
  const whole = Float64Array.from(values)
  for (const { from, to } of gaps) {
    const before = from > 0 ? values[from - 1]! : values[to]!
    const behind = rule === 'line' && to < values.length ? values[to]! : before
    for (let step = from; step < to; step++) {
      const share = (step - from + 1) / (to - from + 1)
      whole[step] = rule === 'zero' ? 0 : before + share * (behind - before)
    }
  }
  return whole
}
