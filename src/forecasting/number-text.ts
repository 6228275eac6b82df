/**
 * How numbers that stand beside each other are written: with as many decimals as tell hundredths of what lies between the least and the
 * largest apart, whole ones without.
 */
export function numberText(values: Iterable<number>): (value: number) => string {
  const all = Float64Array.from(values).filter(Number.isFinite)
  const [low, high] = [all.reduce((a, b) => Math.min(a, b), Infinity), all.reduce((a, b) => Math.max(a, b), -Infinity)]
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (all.every(Number.isInteger) && size < 1e15) return String
  const spread = high > low ? high - low : size
  if (size >= 1e15 || spread < 1e-9) return (value) => value.toPrecision(4)
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(spread)))
  return (value) => value.toFixed(decimals)
}
