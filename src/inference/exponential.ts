const log2e = 1.4426950408889634
// ln 2 in two pieces: the first has so few bits that its product with the exponent is exact.
const ln2High = 6.9314718036912381649e-1
const ln2Low = 1.90821492927058770002e-10

/** 2⁰, 2⁻¹, … */
const powers = new Float64Array(1024)
for (let i = 0, power = 1; i < powers.length; i++, power /= 2) powers[i] = power

/**
 * eˣ for x ≤ 0, from additions and multiplications alone, which are the same on every engine; Math.exp need not be.
 * Below −708 it is 0.
 */
export function exponential(x: number): number {
  if (!(x > -708)) return x === x ? 0 : NaN
  const k = Math.round(x * log2e)
  const r = x - k * ln2High - k * ln2Low
  // |r| ≤ ln 2 ÷ 2: the series to r¹³ is good to the last bit but one. Even and odd powers by themselves, side by side.
  const s = r * r
  const even = (((((1 / 479001600) * s + 1 / 3628800) * s + 1 / 40320) * s + 1 / 720) * s + 1 / 24) * s + 1 / 2
  const odd =
    ((((((1 / 6227020800) * s + 1 / 39916800) * s + 1 / 362880) * s + 1 / 5040) * s + 1 / 120) * s + 1 / 6) * s + 1
  return (1 + (even * s + odd * r)) * powers[-k]!
}
