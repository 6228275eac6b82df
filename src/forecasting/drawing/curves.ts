import type { ForecastOutline } from '../forecast-value.ts'
import type { Frame } from './frame.ts'
import { bandOpacity, paint } from './paint.ts'
import { px } from './xml-text.ts'

/** The past, the forecast, and the bands below them, the widest first. */
export function curvesOf({ past, point, bands }: ForecastOutline, { x, y }: Frame): string[] {
  const along = (values: Float64Array): string[] =>
    widened(values).map(([step, value]) => `${px(x(past.length + step))} ${px(y(value))}`)
  const shapes = bands.map(({ low, high }) => {
    const around = [...along(high), ...along(low).reverse()].join('L')
    return `<path ${paint('band')} d="M${around}Z" fill-opacity="${bandOpacity}" />`
  })
  const line = (name: 'past' | 'coming', path: string, width: number): string =>
    `<path ${paint(name)} d="${path}" fill="none" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round" />`
  const pieces = piecesOf(past, (t) => `${px(x(t))} ${px(y(past[t]!))}`)
  const [lines, dots] = [pieces.filter(({ length }) => length > 1), pieces.filter(({ length }) => length === 1)]
  return [
    ...shapes.reverse(),
    ...(lines.length > 0 ? [line('past', lines.map((places) => `M${places.join('L')}`).join(''), 1.5)] : []),
    ...(dots.length > 0 ? [line('past', dots.map((places) => `M${places.join('')}h0`).join(''), 4)] : []),
    line('coming', `M${along(point).join('L')}`, 2),
  ]
}

/** A value at each step; the first half a step earlier and the last half a step later too, so that one alone is as wide as a step. */
const widened = (values: Float64Array): (readonly [number, number])[] => [
  [-0.5, values[0]!],
  ...Array.from(values, (value, step) => [step, value] as const),
  [values.length - 0.5, values.at(-1)!],
]

/** Stretches without gaps, as places. */
function piecesOf(values: Float64Array, place: (step: number) => string): string[][] {
  const pieces: string[][] = []
  let isOpen = false
  for (const [t, value] of values.entries()) {
    const isThere = !Number.isNaN(value)
    if (isThere && !isOpen) pieces.push([])
    if (isThere) pieces.at(-1)!.push(place(t))
    isOpen = isThere
  }
  return pieces
}
