import type { Tick } from './tick.ts'

/** Round numbers from `low` to `high`, as many as there is place for: multiples of 1, 2 or 5 times a power of ten. */
export function numberTicks(low: number, high: number, most: number): readonly Tick[] {
  const step = roundStep((high - low) / Math.max(1, most))
  if (!(step > 0)) return [{ at: low, text: numberOf(low, 4) }]
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const first = Math.ceil(low / step - 1e-9)
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1)
  return Array.from({ length: count }, (_, i) => {
    const at = Number(((first + i) * step).toPrecision(12))
    return { at, text: numberOf(at, decimals) }
  })
}

/** The least of 1, 2 and 5 times powers of ten that is not below a number. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const times = [1, 2, 5, 10].find((times) => times * power >= least * (1 - 1e-9))
  return (times ?? NaN) * power
}

function numberOf(value: number, decimals: number): string {
  const size = Math.abs(value)
  if (size >= 1e9 || decimals > 6) return value === 0 ? '0' : value.toExponential(2).replace(/\.?0+e\+?/, 'e')
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}
