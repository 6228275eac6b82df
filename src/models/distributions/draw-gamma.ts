import { drawNormal } from './draw-normal.ts'

/** A draw of the gamma distribution of that shape and scale 1 (Marsaglia & Tsang 2000, doi:10.1145/358407.358414). */
export function drawGamma(shape: number, uniform: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, uniform) * uniform() ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = drawNormal(uniform)
    const v = (1 + c * x) ** 3
    // 1 − u is in (0, 1], whose logarithm is finite.
    if (v > 0 && Math.log(1 - uniform()) <= (x * x) / 2 + d * (1 - v + Math.log(v))) return d * v
  }
}
