import type { Results } from './subject.ts'

/** Two results that should be one. */
export interface Disagreement {
  readonly name: string
  readonly index: number
  readonly got: number
  readonly wanted: number
  /** As a share of the largest in its array, or of what is large beside it. */
  readonly error: number
}

/** Arrays much smaller than the largest, or than the adjoints handed in, are held to this share of it. */
const least = 1e-3

/** The worst disagreement beyond `allowed`; `wanted` says what there has to be, and what nothing flows to has to be 0. */
export function disagreement(got: Results, wanted: Results, allowed: number): Disagreement | undefined {
  const floor = least * Math.max(1, largestOf([...wanted.values()]))
  let worst: Disagreement | undefined
  for (const [name, data] of got) {
    const right = wanted.get(name) ?? new Float64Array(data.length)
    if (data.length !== right.length)
      return { name, index: right.length, got: data.length, wanted: right.length, error: Infinity }
    const scale = Math.max(floor, largestOf([right]))
    data.forEach((value, index) => {
      const off = Math.abs(value - right[index]!)
      const error = off === 0 ? 0 : off / scale
      if (!(error <= Math.max(allowed, worst?.error ?? 0)))
        worst = { name, index, got: value, wanted: right[index]!, error }
    })
  }
  const missing = [...wanted.keys()].find((name) => !got.has(name))
  if (missing !== undefined && largestOf([wanted.get(missing)!]) > 0) {
    return { name: missing, index: 0, got: NaN, wanted: wanted.get(missing)![0]!, error: Infinity }
  }
  return worst
}

export const largestOf = (lists: readonly Float64Array[]): number =>
  lists.reduce((top, list) => list.reduce((a, b) => Math.max(a, Math.abs(b)), top), 0)

/** The first place where two arrays of one length do not have the same bits; zeros of both signs are one. */
export function firstOther(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  for (let i = 0; i < got.length; i++) {
    if (got[i] !== wanted[i] && !(Number.isNaN(got[i]) && Number.isNaN(wanted[i]))) return i
  }
  return -1
}
