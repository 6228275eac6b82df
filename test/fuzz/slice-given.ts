import type { Extents } from '../../src/backends/backend.ts'
import type { Given, Numbers } from './subject.ts'

/** Part of an axis: indices from `from` up to `to`. */
export interface Part {
  readonly axis: string
  readonly from: number
  readonly to: number
}

/** Part of an array along one of its axes; all of it where it does not have the axis. */
export function slicedNumbers(numbers: Numbers, extents: Extents, { axis, from, to }: Part): Numbers {
  const at = numbers.rows.indexOf(axis)
  if (at < 0) return numbers
  const extent = (other: string | number): number => (typeof other === 'number' ? other : extents[other]!)
  const inner = numbers.rows.slice(at + 1).reduce<number>((n, other) => n * extent(other), 1) * numbers.columns
  const outer = numbers.rows.slice(0, at).reduce<number>((n, other) => n * extent(other), 1)
  const parts: number[] = []
  for (let o = 0; o < outer; o++) {
    const start = o * extents[axis]! * inner
    parts.push(...numbers.data.subarray(start + from * inner, start + to * inner))
  }
  return { ...numbers, data: Float64Array.from(parts) }
}

/** Everything given, cut down to parts of axes. */
export function sliced(given: Given, extents: Extents, ...parts: readonly Part[]): Given {
  return new Map(
    [...given].map(([name, numbers]) => {
      let left = numbers
      let own = extents
      for (const part of parts) {
        left = slicedNumbers(left, own, part)
        own = { ...own, [part.axis]: part.to - part.from }
      }
      return [name, left]
    }),
  )
}
