import { createColors } from 'picocolors'
import { printable, type Forecast, type ForecastOutline } from 'unrolled'
import { sparkline } from '../sparkline.ts'
import type { Terminal } from '../terminal.ts'
import { Braille } from './braille.ts'
import { timeAxis } from './time-axis.ts'

/** Beyond that a line is harder to follow than to draw. */
const widest = 120
/** Signs across below which there is only a row of blocks. */
const fewest = 16

/** How bands are shaded, the narrowest first, by how many there are. */
const shades = [[], ['░'], ['▒', '░'], ['▓', '▒', '░']] as const

/**
 * A forecast behind its past, drawn with signs as wide as the terminal: lines of dots, intervals shaded, the darker the narrower, values
 * to the left and times below.
 */
export function plot(forecast: Forecast, { columns, colour }: Pick<Terminal, 'columns' | 'colour'>): string {
  const { bold, cyan, blue, dim } = createColors(colour)
  const width = Math.min(columns, widest) - 1
  const rows = width < 60 ? 10 : 16
  const outline = forecast.outline({ times: Math.max(2, Math.floor(width / 8)), values: Math.floor(rows / 3) })
  const margin = Math.max(...outline.values.map(({ text }) => text.length)) + 2
  const across = width - margin
  const name = bold(cutOff(printable(forecast.name), width))
  if (across < fewest) return [name, blocks(outline, width)].join('\n')

  const picture = new Picture(outline, across, rows)
  const shadesOf = shades[outline.bands.length]!
  const labels = new Map(outline.values.map(({ at, text }) => [picture.row(at), text]))
  const lines = Array.from({ length: rows }, (_, row) => {
    const label = labels.get(row)
    const signs = Array.from({ length: across }, (_, column) => {
      const coming = picture.coming.sign(column, row)
      if (coming !== undefined) return bold(cyan(coming))
      const past = picture.past.sign(column, row)
      if (past !== undefined) return past
      const band = picture.band(column, row)
      return band >= 0 ? blue(shadesOf[band]!) : column === picture.now ? dim('┊') : ' '
    })
    return `${dim(`${(label ?? '').padStart(margin - 2)} ${label === undefined ? '│' : '┤'}`)}${signs.join('')}`.trimEnd()
  })
  const axis = timeAxis(
    outline.times.map(({ at, ...tick }) => ({ ...tick, at: picture.column(at) })),
    across,
  )
  const below = axis.map((line, i) => dim((i === 0 ? `${' '.repeat(margin - 1)}└` : ' '.repeat(margin)) + line))
  const key: readonly Key[] = [
    ...(outline.past.length > 0 ? [{ mark: '⠒⠒', text: 'past' }] : []),
    { mark: bold(cyan('⠒⠒')), text: 'forecast' },
    ...outline.bands.map(({ share }, i) => ({
      mark: blue(shadesOf[i]!.repeat(2)),
      text: `${Number((100 * share).toFixed(2))} %`,
    })),
  ]
  return [name, ...keyLines(key, width), ...lines, ...below].join('\n')
}

interface Key {
  /** Two signs, painted. */
  readonly mark: string
  readonly text: string
}

/** What is drawn how, side by side as far as there is place. */
function keyLines(keys: readonly Key[], width: number): string[] {
  const lines: string[] = []
  let left = 0
  for (const { mark, text } of keys) {
    const signs = text.length + 6
    if (lines.length > 0 && signs <= left) lines.push(`${lines.pop()!}   ${mark} ${text}`)
    else {
      lines.push(`${mark} ${text}`)
      left = width + 3
    }
    left -= signs
  }
  return lines
}

const cutOff = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text)

/** What is drawn, in signs across and down. */
class Picture {
  readonly past: Braille
  readonly coming: Braille
  /** The column between the past and the forecast; −1 where there is no past. */
  readonly now: number
  readonly #outline: ForecastOutline
  readonly #steps: number
  readonly #across: number
  readonly #rows: number

  constructor(outline: ForecastOutline, across: number, rows: number) {
    this.#outline = outline
    this.#steps = outline.past.length + outline.point.length
    this.#across = across
    this.#rows = rows
    this.past = new Braille(across, rows)
    this.coming = new Braille(across, rows)
    this.now = outline.past.length > 0 ? this.column(outline.past.length - 0.5) : -1
    this.#line(this.past, outline.past, 0)
    this.#line(this.coming, outline.point, outline.past.length)
  }

  #line(drawing: Braille, values: Float64Array, first: number): void {
    const x = (t: number): number => this.#dots(first + t)
    values.forEach((value, t) => {
      if (Number.isNaN(value)) return
      const before = t > 0 && !Number.isNaN(values[t - 1]!) ? t - 1 : t
      drawing.line(x(before), this.#dotsDown(values[before]!), x(t), this.#dotsDown(value))
    })
  }

  #dots(step: number): number {
    return Math.min(2 * this.#across - 1, Math.floor((2 * this.#across * (step + 0.5)) / this.#steps))
  }

  #dotsDown(value: number): number {
    const { low, high } = this.#outline
    return Math.round(((4 * this.#rows - 1) * (high - value)) / (high - low))
  }

  column(step: number): number {
    return this.#dots(step) >> 1
  }

  row(value: number): number {
    return this.#dotsDown(value) >> 2
  }

  /** The narrowest band that the middle of a place lies in; −1 in none. */
  band(column: number, row: number): number {
    const { past, point, bands, low, high } = this.#outline
    const step = ((column + 0.5) * this.#steps) / this.#across - 0.5 - past.length
    if (step < -0.5) return -1
    const value = high - ((row + 0.5) * (high - low)) / this.#rows
    const [before, share] = [Math.min(point.length - 1, Math.max(0, Math.floor(step))), step - Math.floor(step)]
    const after = Math.min(point.length - 1, Math.max(0, Math.floor(step) + 1))
    const between = (values: Float64Array): number => values[before]! + share * (values[after]! - values[before]!)
    return bands.findIndex((band) => between(band.low) <= value && value <= between(band.high))
  }
}

/** All values as a row of blocks, with a line where the past ends; values that are missing are left out. */
function blocks({ past, point }: ForecastOutline, width: number): string {
  const there = past.filter((value) => !Number.isNaN(value))
  const row = sparkline([...there, ...point], Math.max(1, width - 1))
  const now = Math.round((row.length * there.length) / (there.length + point.length))
  return `${row.slice(0, now)}┊${row.slice(now)}`
}
