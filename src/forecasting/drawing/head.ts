import { percentText } from '../../inference/forecasts/intervals.ts'
import { letter } from './frame.ts'
import { bandOpacity, paint } from './paint.ts'
import { px, xmlText } from './xml-text.ts'

/** The name and the key of a picture, and the pixels that they take. */
export interface Head {
  readonly elements: readonly string[]
  readonly height: number
}

interface Key {
  readonly text: string
  mark(x: number, y: number): string
}

/** The name to the left, what is drawn how to the right of it, or below where that is too narrow; shares are those of bands. */
export function headOf(name: string, hasPast: boolean, shares: readonly number[], width: number): Head {
  const keys: readonly Key[] = [
    ...(hasPast ? [{ text: 'past', mark: stroke('past', 1.5) }] : []),
    { text: 'forecast', mark: stroke('coming', 2) },
    ...shares.map((share, i) => ({ text: percentText(share), mark: swatch(shares.length - i) })),
  ]
  const keyWidth = keys.reduce((sum, { text }) => sum + widthOf(text), 0)
  const besides = 12 + letter.name * name.length + keyWidth <= width - 16
  const most = Math.floor((width - 24) / letter.name)
  const title = name.length > most ? `${name.slice(0, most - 1)}…` : name
  let x = besides ? width - 16 - keyWidth + gap : 12
  const y = besides ? 20 : 42
  const drawn = keys.map(({ text, mark }) => {
    const element = `${mark(x, y)}<text ${paint('faint')} x="${px(x + 24)}" y="${y + 4}">${text}</text>`
    x += widthOf(text)
    return element
  })
  return {
    elements: [
      `<text ${paint('ink')} x="12" y="25" font-size="15" font-weight="600">${xmlText(title)}</text>`,
      ...drawn,
    ],
    height: besides ? 44 : 64,
  }
}

const gap = 16
const widthOf = (text: string): number => 24 + letter.text * text.length + gap

const stroke =
  (name: 'past' | 'coming', thickness: number): Key['mark'] =>
  (x, y) =>
    `<path ${paint(name)} d="M${px(x)} ${y}h18" stroke-width="${thickness}" />`

/** A band as dark as it is where it lies on others. */
const swatch =
  (bands: number): Key['mark'] =>
  (x, y) =>
    `<g ${paint('band')} fill-opacity="${bandOpacity}">${`<rect x="${px(x)}" y="${y - 6}" width="18" height="12" />`.repeat(bands)}</g>`
