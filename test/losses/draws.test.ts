// What draws, against distribution functions that are known otherwise: no difference beyond Kolmogorov's bound.
import { describe, expect, test } from 'vitest'
import { uniform } from 'unrolled'
import { erf } from '../../src/erf.ts'
import { drawGamma } from '../../src/models/distributions/draw-gamma.ts'
import { drawNormal } from '../../src/models/distributions/draw-normal.ts'
import { drawPoisson } from '../../src/models/distributions/draw-poisson.ts'

const count = 40_000

/** The largest difference between the share of draws up to a number and its probability. */
function farthest(draw: (uniform: () => number) => number, upTo: (value: number) => number, whole = false): number {
  let drawn = 0
  const next = (): number => uniform(11, 2, 0, 0, drawn++)
  const values = Float64Array.from({ length: count }, () => draw(next)).sort()
  let most = 0
  values.forEach((value, i) => {
    // Of equal whole numbers the last has the share of all of them.
    if (whole && values[i + 1] === value) return
    most = Math.max(most, Math.abs((i + 1) / count - upTo(value)))
  })
  return most
}

/** Of a thousand seeds one goes beyond it. */
const bound = 1.95 / Math.sqrt(count)

/** The probability of no more than `most` where so many are expected. */
function poissonUpTo(most: number, mean: number): number {
  let [sum, term] = [0, Math.exp(-mean)]
  for (let k = 0; k <= most; k++) {
    sum += term
    term *= mean / (k + 1)
  }
  return sum
}

test('normal', () => {
  expect(farthest(drawNormal, (x) => (1 + erf(x / Math.SQRT2)) / 2)).toBeLessThan(bound)
})

describe('gamma', () => {
  test.each([1, 2, 7, 60])('of shape %d: longer than a wait for so many', (shape) => {
    const upTo = (x: number): number => 1 - poissonUpTo(shape - 1, x)
    expect(farthest((uniform) => drawGamma(shape, uniform), upTo)).toBeLessThan(bound)
  })

  test('of shape ½: half the square of a normal number', () => {
    expect(
      farthest(
        (uniform) => drawGamma(0.5, uniform),
        (x) => erf(Math.sqrt(x)),
      ),
    ).toBeLessThan(bound)
  })
})

describe('Poisson', () => {
  test.each([0.1, 3, 9.9, 10, 12, 60, 400])('of mean %d', (mean) => {
    const upTo = (k: number): number => poissonUpTo(k, mean)
    expect(farthest((uniform) => drawPoisson(mean, uniform), upTo, true)).toBeLessThan(bound)
  })
})
