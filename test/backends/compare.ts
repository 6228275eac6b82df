/** How two backends' results are held against each other. */

import { expect } from 'vitest'
import { eachFloat, indexOf, initialValues, type Draft, type Window } from './draft.ts'

/** max |a − b| ÷ max |b|; infinite where one is not a number, or not finite, and the other is something else. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let apart = 0
  let largest = 0
  for (let i = 0; i < b.length; i++) {
    const [x, y] = [a[i]!, b[i]!]
    if (Object.is(x, y) || x === y) continue
    if (!Number.isFinite(x) || !Number.isFinite(y)) return Infinity
    apart = Math.max(apart, Math.abs(x - y))
  }
  if (apart === 0) return 0
  for (let i = 0; i < b.length; i++) if (Number.isFinite(b[i]!)) largest = Math.max(largest, Math.abs(b[i]!))
  return apart / largest
}

/** The first index at which numbers differ in any bit (any not-a-number being like any other); −1 if none does. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) return i
  return a.length === b.length ? -1 : Math.min(a.length, b.length)
}

const equal = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => firstDifference(a, b) < 0

/** Every array near the reference's, or equal in every bit; and nothing touched that belongs to no array. */
export function expectAgreement(
  draft: Draft,
  window: Window,
  actual: readonly Float64Array[],
  expected: readonly Float64Array[],
  exact: boolean,
): void {
  const before = initialValues(draft, window)
  const where = `${draft.mode}, ${window.steps} steps of ${window.rows} rows`
  for (const { region, shape } of draft.arrays) {
    // Most arrays are only read.
    if (equal(actual[region]!, before[region]!) && equal(expected[region]!, before[region]!)) continue
    const name = `array ${region}, ${where}`
    if (exact) expect(firstDifference(actual[region]!, expected[region]!), name).toBe(-1)
    else expect(difference(actual[region]!, expected[region]!), name).toBeLessThanOrEqual(2e-5)
    eachFloat(shape, window, (at, _, __, column) => {
      if (column < 0 && actual[region]![at] !== before[region]![at]) expect(at, `${name}, touched outside`).toBe(-1)
    })
  }
}

/** Every element of a part of the rows and steps has the bits that it has in the whole. */
export function expectSameBits(
  draft: Draft,
  part: Window,
  actual: readonly Float64Array[],
  all: Window,
  expected: readonly Float64Array[],
): void {
  const [beforePart, before] = [initialValues(draft, part), initialValues(draft, all)]
  for (const { region, shape } of draft.arrays) {
    const [mine, theirs] = [actual[region]!, expected[region]!]
    if (equal(mine, beforePart[region]!) && equal(theirs, before[region]!)) continue
    eachFloat(shape, part, (at, step, row, column) => {
      if (column < 0 || Object.is(mine[at], theirs[indexOf(shape, all, step, row, column)])) return
      const where = `array ${region}, ${draft.mode}, step ${step}, row ${row}, column ${column}`
      expect(mine[at], where).toBe(theirs[indexOf(shape, all, step, row, column)])
    })
  }
}
