import { describe, expect, test } from 'vitest'
import { Braille } from '../../cli/forecasts/braille.ts'
import { plot } from '../../cli/forecasts/plot.ts'
import { pngOf } from '../../cli/forecasts/png.ts'
import { forecastOf, type Forecast, type ForecastParts } from '../../src/forecasting/index.ts'

const day = 86_400_000
const days = (from: number, count: number): Date[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.UTC(2026, 1, 10) + (from + i) * day))
const wave = (from: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, t) => 20 + 10 * Math.sin(((from + t) * Math.PI) / 10))

function forecastWith(more: Partial<ForecastParts> = {}): Forecast {
  const point = wave(40, 20)
  return forecastOf({
    name: 'sales',
    times: days(40, 20),
    point,
    levels: [0.1, 0.25, 0.5, 0.75, 0.9],
    quantiles: [-6, -3, 0, 3, 6].map((off) => point.map((value) => value + off)),
    history: { times: days(0, 40), values: wave(0, 40) },
    ...more,
  })
}

const plain = { columns: 80, colour: false }
const escapes = /\u001b\[\d+m/g

test('a terminal sees the past, the forecast in its bands, values and times', () => {
  expect(plot(forecastWith(), plain)).toMatchInlineSnapshot(`
    "sales
    ⠒⠒ past   ⠒⠒ forecast   ▒▒ 50 %   ░░ 80 %
       │                                                  ┊
       │                                                  ┊    ░░░░
       │                                                  ┊  ░░▒▒▒░░
    30 ┤     ⢀⡠⢄⡀                     ⢀⡠⢄⡀                ┊ ░░▒⢀⡠⢄⡀▒░
       │   ⢠⠊⠁  ⠈⢢                  ⢠⠊⠁  ⠈⢢               ┊░░⢠⠊⠁▒▒⠈⢢▒░
       │  ⢠⠃      ⠱⡀               ⢠⠃      ⠱⡀             ░░⢠⠃▒░░░░▒⠱⡀░
       │ ⢠⠃        ⠱⡀             ⢠⠃        ⠱⡀            ░⢠⠃░░   ░░▒⠱⡀░
    20 ┤⢠⠃          ⠱⡀           ⢀⠇          ⠱⡀           ⢀⠇░░      ░▒⠱⡀░         ░
       │             ⢱          ⢀⠎            ⢱           ⠈░░        ░▒⢱▒░      ░░▒
       │              ⢣        ⢀⠎              ⢣        ⢀⠆░░          ░▒⢣▒░░   ░░⢀⠆
       │               ⢣      ⢀⠎                ⢣      ⢀⠎ ░            ░▒⢣▒░░░░▒⢀⠎▒
       │                ⠣⣀   ⡠⠃                  ⠣⣀   ⡠⠃  ┊             ░▒⠣⣀▒▒▒⡠⠃▒░
    10 ┤                  ⠉⠒⠉                      ⠉⠒⠉    ┊              ░▒▒⠉⠒⠉▒░░
       │                                                  ┊               ░░▒▒▒░░
       │                                                  ┊                ░░░░
       │                                                  ┊
       └────────┬───────┬────────┬────────┬────────┬───────┬────────┬────────┬─────
               16      23        2        9       16      23       30        6
            Feb 2026         Mar 2026                                    Apr 2026"
  `)
})

describe('whatever the terminal', () => {
  test.each([10, 20, 24, 30, 50, 80, 200])('%d signs wide, no line is wider', (columns) => {
    const named = forecastWith({ name: 'a name that is longer than what a narrow terminal has place for, by far' })
    const lines = plot(named, { columns, colour: false }).split('\n')
    for (const line of lines) expect(line.length).toBeLessThan(columns)
    expect(lines.join('')).toContain('┊')
    expect(lines.join('')).not.toMatch(/NaN|undefined/)
  })

  test('colours add nothing but colours, and without them there are none', () => {
    const coloured = plot(forecastWith(), { columns: 80, colour: true })
    expect(coloured).toMatch(escapes)
    expect(
      coloured
        .replace(escapes, '')
        .split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual(plot(forecastWith(), plain).split('\n'))
    expect(plot(forecastWith(), plain)).not.toMatch(escapes)
  })

  test('a name cannot paint', () => {
    expect(plot(forecastWith({ name: 'a\u001b[31m\nb' }), plain)).toContain('a\\u001b[31m')
    expect(plot(forecastWith({ name: 'a\u001b[31m\nb' }), plain)).not.toMatch(escapes)
  })
})

const area = (text: string): string => text.split('\n').slice(2, -3).join('\n')

test('what is missing is left open, and does not stretch the axis', () => {
  const missing = Uint8Array.from({ length: 40 }, (_, t) => Number(t >= 10 && t < 20))
  const hidden = (stand: number): string =>
    plot(
      forecastWith({
        history: { times: days(0, 40), values: wave(0, 40).map((v, t) => (missing[t] ? stand : v)), missing },
      }),
      plain,
    )
  expect(hidden(1e6)).toBe(hidden(0))
  const dots = (text: string): number => area(text).match(/[\u2801-\u28ff]/g)!.length
  expect(dots(hidden(0))).toBeLessThan(dots(plot(forecastWith(), plain)))
})

test('one step, no past, no bands, and a line that stands still', () => {
  const one = forecastOf({
    name: 'x',
    times: [1],
    point: Float64Array.of(3),
    history: { times: [], values: Float64Array.of() },
  })
  const text = plot(one, plain)
  expect(text).not.toMatch(/NaN|undefined|past|┊/)
  expect(area(text)).toMatch(/[\u2801-\u28ff]/)
})

test('lines of dots go through both their ends and leave nothing out', () => {
  const drawing = new Braille(4, 2)
  drawing.line(0, 0, 7, 7)
  drawing.line(7, 0, 7, 3)
  const signs = (row: number): string => [0, 1, 2, 3].map((column) => drawing.sign(column, row) ?? ' ').join('')
  expect([signs(0), signs(1)]).toEqual(['⠑⢄ ⢸', '  ⠑⢄'])
  expect(() => drawing.line(-3, -3, 20, 20)).not.toThrow()
})

test('a picture becomes a PNG, twice as many pixels across', async () => {
  const { bytes } = await pngOf(forecastWith().svg({ width: 300, height: 200 }))
  expect(Array.from(bytes.subarray(1, 4), (byte) => String.fromCharCode(byte)).join('')).toBe('PNG')
  const head = new DataView(bytes.buffer, bytes.byteOffset)
  expect([head.getUint32(16), head.getUint32(20)]).toEqual([600, 400])
})
