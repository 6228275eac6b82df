import { erf } from './erf.ts'

/**
 * The number below which a standard normal one is with that probability, above 0 and below 1: the root of Φ(x) − p by Newton's method
 * from 0. Right of 0 Φ is concave, so that no step goes too far. Some 1e-14 where p is not within 1e-3 of 0 or 1, 1e-10 up to 1e-6.
 */
export function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p)
  let x = 0
  for (let i = 0; i < 100; i++) {
    const step = (p - (1 + erf(x / Math.SQRT2)) / 2) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2)
    x += step
    if (step < 1e-15) break
  }
  return x
}
