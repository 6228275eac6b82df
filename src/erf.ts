/**
 * The error function in 64-bit floats, to some 1e-15: 2/√π ∫₀ˣ exp(−u²) du. Below 2 the series of Abramowitz & Stegun 7.1.6, whose
 * terms are all positive; above, 1 less the continued fraction 7.1.14 of its complement. NaN gives NaN.
 */
export function erf(x: number): number {
  const a = Math.abs(x)
  if (a >= 6) return Math.sign(x)
  const square = a * a
  if (a >= 2) {
    let fraction = a
    for (let n = 60; n > 0; n--) fraction = a + n / 2 / fraction
    return Math.sign(x) * (1 - Math.exp(-square) / (Math.sqrt(Math.PI) * fraction))
  }
  let sum = 1
  for (let n = 1, term = 1; term > sum * 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * x * sum
}
