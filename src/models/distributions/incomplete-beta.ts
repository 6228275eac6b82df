import { logGamma } from './log-gamma.ts'

/**
 * The regularised incomplete beta function I_x(a, b) for a, b > 0 and x from 0 to 1, whose complement `y` = 1 − x is given beside it so that
 * neither is lost; to some 1e-14 of it for a and b in the hundreds, 1e-10 in the millions. The continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions, on the side where
 * it is quick: in some √max(a, b) turns.
 */
export function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (y <= 0) return 1
  return x <= (a + 1) / (a + b + 2) ? fraction(x, y, a, b) : 1 - fraction(y, x, b, a)
}

/** From the front of the fraction on, as Lentz does it (Thompson & Barnett 1986, doi:10.1016/0021-9991(86)90046-X). */
function fraction(x: number, y: number, a: number, b: number): number {
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
  let above = 1
  let below = 1 / notZero(1 - ((a + b) * x) / (a + 1))
  let value = below
  const turn = (d: number): number => {
    below = 1 / notZero(1 + d * below)
    above = notZero(1 + d / above)
    value *= above * below
    return Math.abs(above * below - 1)
  }
  for (let m = 1; m < mostTurns; m++) {
    turn((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)))
    const change = turn((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)))
    if (change < 1e-16) break
  }
  return front * value
}

const mostTurns = 100_000

const notZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value)
