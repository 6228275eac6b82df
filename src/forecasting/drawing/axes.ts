import type { ForecastOutline } from '../forecast-value.ts'
import { letter, type Frame } from './frame.ts'
import { paint } from './paint.ts'
import { px } from './xml-text.ts'

/** Lines for round values, marks for times, and a line where the past ends. */
export function axesOf({ past, values, times }: ForecastOutline, frame: Frame): string[] {
  const { left, right, top, bottom, x, y } = frame
  return [
    ...values.map(
      ({ at, text }) =>
        `<path ${paint('grid')} d="M${px(left)} ${px(y(at))}H${px(right)}" />` +
        `<text ${paint('faint')} x="${px(left - 8)}" y="${px(y(at) + 4)}" text-anchor="end">${text}</text>`,
    ),
    ...times.map(
      ({ at, text }) =>
        `<path ${paint('axis')} d="M${px(x(at))} ${px(bottom)}v5" />` +
        `<text ${paint('faint')} x="${px(x(at))}" y="${px(bottom + 18)}" text-anchor="middle">${text}</text>`,
    ),
    ...undersOf(times, frame),
    `<path ${paint('axis')} d="M${px(left)} ${px(bottom)}H${px(right)}" />`,
    ...(past.length > 0
      ? [`<path ${paint('axis')} d="M${px(x(past.length - 0.5))} ${px(top)}V${px(bottom)}" stroke-dasharray="3 4" />`]
      : []),
  ]
}

/** What times belong to, below them; where there is no place for two, the later one. */
function undersOf(times: ForecastOutline['times'], { right, bottom, x }: Frame): string[] {
  let free = Infinity
  return [...times].reverse().flatMap(({ at, under }) => {
    if (under === undefined) return []
    const half = (under.length * letter.text) / 2
    const middle = Math.min(right - half, Math.max(half, x(at)))
    if (middle + half > free) return []
    free = middle - half - 8
    return [`<text ${paint('faint')} x="${px(middle)}" y="${px(bottom + 34)}" text-anchor="middle">${under}</text>`]
  })
}
