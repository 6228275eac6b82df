import { expect, test } from 'vitest'
import { erf } from '../src/erf.ts'

// To 20 places, from the tables of Abramowitz & Stegun and the NIST handbook.
const known: readonly (readonly [number, number])[] = [
  [0.1, 0.1124629160182848922],
  [0.5, 0.52049987781304653768],
  [1, 0.84270079294971486934],
  [1.5, 0.96610514647531072707],
  [2, 0.99532226501895273416],
  [3, 0.99997790950300141456],
  [4, 0.99999998458274209972],
]

test('the error function has the values of the tables, is odd, and takes what is not finite', () => {
  for (const [x, value] of known) {
    expect(Math.abs(erf(x) / value - 1)).toBeLessThan(2e-15)
    expect(erf(-x)).toBe(-erf(x))
  }
  expect(erf(1e-300)).toBeCloseTo((2 / Math.sqrt(Math.PI)) * 1e-300, 315)
  expect([0, -0, Infinity, -Infinity, NaN, 6, -1e300].map(erf)).toEqual([0, -0, 1, -1, NaN, 1, -1])
})
