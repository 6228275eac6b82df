/**
 * log Γ(x) for x > 0 in 64-bit floats, to some 1e-15 of itself or of 1: Stirling's series (Abramowitz & Stegun 6.1.41) of a number from 10 on,
 * to which Γ(x + 1) = x Γ(x) leads.
 */
export function logGamma(x: number): number {
  let product = 1
  for (; x < 10; x++) product *= x
  const square = 1 / (x * x)
  const sum = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]
  const rest = sum.reduceRight((sum, term) => term + square * sum, 0) / x
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + rest - Math.log(product)
}
