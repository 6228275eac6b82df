import { checkNames, checkNumber } from '../../options.ts'
import type { Forecast, SvgOptions } from '../forecast-value.ts'
import { axesOf } from './axes.ts'
import { curvesOf } from './curves.ts'
import { described } from './described.ts'
import { frameOf, letter } from './frame.ts'
import { headOf } from './head.ts'
import { darkStyle, paint } from './paint.ts'
import { wrapped } from './wrapped.ts'
import { xmlText } from './xml-text.ts'

const line = 16

/** The picture that `Forecast.svg` gives. */
export function svgOf(forecast: Forecast, options: SvgOptions = {}): string {
  checkNames('svg', options, ['width', 'height'])
  const width = checkNumber('svg', 'width', options.width ?? 800, { from: 240, to: 20_000 })
  const height = checkNumber('svg', 'height', options.height ?? 400, { from: 160, to: 20_000 })
  const { name, notes, verdict } = forecast
  const told = [...notes, ...(verdict === undefined ? [] : [verdict])]
  const below = told.flatMap((text) => wrapped(text, Math.floor((width - 24) / letter.text)))
  const whole = height + (below.length > 0 ? below.length * line + 8 : 0)
  const outline = forecast.outline({ times: Math.floor(width / 60), values: Math.floor(height / 56) })
  const shares = outline.bands.map(({ share }) => share)
  const head = headOf(name, outline.past.length > 0, shares, width)
  const frame = frameOf(outline, { width, top: head.height, bottom: height - 44 })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" class="unrolled-forecast" width="${width}" height="${whole}"` +
      ` viewBox="0 0 ${width} ${whole}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${xmlText(`Forecast of ${name}`)}</title>`,
    `<desc>${xmlText([described(forecast), ...told].join('. '))}</desc>`,
    `<style>${darkStyle}</style>`,
    `<rect ${paint('paper')} width="${width}" height="${whole}" />`,
    ...head.elements,
    ...axesOf(outline, frame),
    ...curvesOf(outline, frame),
    ...below.map((text, i) => `<text ${paint('faint')} x="12" y="${height + 12 + i * line}">${xmlText(text)}</text>`),
    '</svg>',
    '',
  ].join('\n')
}
