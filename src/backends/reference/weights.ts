/** What packed matrices are rounded to where they are kept in a smaller format. */

import type { WeightFormat } from '../backend.ts'
import type { Pack } from './machine.ts'

/** Rounds a packed matrix as the contract says. */
export function roundPack({ k, n, data }: Pack, format: WeightFormat): void {
  if (format === 'float32') return
  if (format === 'float16') {
    for (let at = 0; at < data.length; at++) data[at] = toHalf(data[at]!)
    return
  }
  for (let column = 0; column < n; column++) {
    let largest = 0
    for (let i = 0; i < k; i++) largest = Math.max(largest, Math.abs(Math.fround(data[i * n + column]!)))
    const scale = largest === Infinity ? NaN : Math.fround(largest / 127)
    for (let i = 0; i < k; i++) {
      const at = i * n + column
      const quotient = scale === 0 ? 0 : Math.fround(Math.fround(data[at]!) / scale)
      // The sum makes −0 a plain zero.
      data[at] = Math.fround((toEven(Math.max(-127, Math.min(127, quotient))) + 0) * scale)
    }
  }
}

/** The half nearest to a float32, ties to even. */
export function toHalf(value: number): number {
  const magnitude = Math.abs(Math.fround(value))
  if (Number.isNaN(magnitude)) return NaN
  if (magnitude >= 65520) return value < 0 ? -Infinity : Infinity
  // The distance between halves: 2⁻²⁴ for the smallest, and 11 bits to a number.
  let unit = 2 ** -24
  while (magnitude >= 2048 * unit) unit *= 2
  const rounded = toEven(magnitude / unit) * unit
  return value < 0 || Object.is(value, -0) ? -rounded : rounded
}

/** The nearest whole number, ties to even. */
function toEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below
}
