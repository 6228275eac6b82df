import type { ForecastOutline } from '../forecast-value.ts'

/** How wide a letter is, of 12 pixels and of the name's, in pixels. */
export const letter = { text: 6.4, name: 8.6 }

/** Where a picture's axes are, and what lies where on it: `x` of steps counted from the first of the past, `y` of values. */
export interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  x(step: number): number
  y(value: number): number
}

export function frameOf(
  { past, point, low, high, values }: ForecastOutline,
  { width, top, bottom }: { readonly width: number; readonly top: number; readonly bottom: number },
): Frame {
  const left = 20 + letter.text * Math.max(...values.map(({ text }) => text.length))
  const right = width - 16
  const steps = past.length + point.length
  return {
    left,
    right,
    top,
    bottom,
    x: (step) => left + ((right - left) * (step + 0.5)) / steps,
    y: (value) => bottom - ((bottom - top) * (value - low)) / (high - low),
  }
}
