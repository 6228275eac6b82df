const log2e = 1.4426950408889634
// ln 2 in two pieces: the first has so few bits that its product with the exponent is exact.
const ln2High = 6.9314718036912381649e-1
const ln2Low = 1.90821492927058770002e-10

const bits = new DataView(new ArrayBuffer(8))

/**
 * eˣ for x ≤ 0, from additions and multiplications alone, which are the same on every engine; Math.exp need not be.
 * Below −708 it is 0.
 */
export function exponential(x: number): number {
  if (!(x > -708)) return x === x ? 0 : NaN
  const k = Math.round(x * log2e)
  const r = x - k * ln2High - k * ln2Low
  // |r| ≤ ln 2 ÷ 2: the series to r¹³ is good to the last bit but one.
  let sum = 1 / 6227020800
  for (let i = 12; i >= 0; i--) sum = sum * r + inverseFactorials[i]!
  bits.setUint32(0, (k + 1023) << 20)
  return sum * bits.getFloat64(0)
}

const inverseFactorials = [
  1,
  1,
  1 / 2,
  1 / 6,
  1 / 24,
  1 / 120,
  1 / 720,
  1 / 5040,
  1 / 40320,
  1 / 362880,
  1 / 3628800,
  1 / 39916800,
  1 / 479001600,
]
