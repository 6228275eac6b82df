import { logGamma } from './log-gamma.ts'

/** A draw of the Poisson distribution of that mean. */
export const drawPoisson = (mean: number, uniform: () => number): number =>
  mean < 10 ? byProduct(mean, uniform) : byRejection(mean, uniform)

/** How many uniform numbers can be multiplied before exp(−mean) is passed (Knuth 1969, volume 2, 3.4.1). */
function byProduct(mean: number, uniform: () => number): number {
  const least = Math.exp(-mean)
  let count = 0
  for (let product = uniform(); product > least; product *= uniform()) count++
  return count
}

/** Transformed rejection (Hörmann 1993, doi:10.1016/0167-6687(93)90997-4, algorithm PTRS). */
function byRejection(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverse = 1.1239 + 1.1328 / (b - 3.4)
  for (;;) {
    const u = uniform() - 0.5
    const v = uniform()
    const edge = 0.5 - Math.abs(u)
    const count = Math.floor(((2 * a) / edge + b) * u + mean + 0.43)
    if (edge >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2)) return count
    if (count < 0 || (edge < 0.013 && v > edge)) continue
    const bound = count * Math.log(mean) - mean - logGamma(count + 1)
    if (Math.log((v * inverse) / (a / (edge * edge) + b)) <= bound) return count
  }
}
