import { describe, expect, test } from 'vitest'
import { forecastOf, type Forecast, type ForecastParts } from '../../src/forecasting/index.ts'

const day = 86_400_000
const days = (from: number, count: number): Date[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.UTC(2026, 2, 1) + (from + i) * day))

const parts: ForecastParts = {
  name: 'sales',
  times: days(5, 2),
  point: Float64Array.of(5, 6),
  levels: [0.1, 0.25, 0.5, 0.75, 0.9],
  quantiles: [3, 4, 5, 6, 8].map((value) => Float64Array.of(value, value + 1)),
  history: { times: days(0, 5), values: Float64Array.of(2, 4, 99, 7, 2), missing: Uint8Array.of(0, 0, 1, 0, 0) },
}
const forecastWith = (more: Partial<ForecastParts>): Forecast => forecastOf({ ...parts, ...more })

describe('what there is to draw', () => {
  const { past, bands, low, high, values, times } = forecastOf(parts).outline({ times: 7, values: 5 })

  test('has gaps where values were missing, which do not stretch the axis', () => {
    expect(Array.from(past)).toEqual([2, 4, NaN, 7, 2])
    expect([low, high].map((bound) => bound.toFixed(2))).toEqual(['1.58', '9.42'])
    expect(values.map(({ text }) => text)).toEqual(['2', '4', '6', '8'])
  })

  test('is nested, the narrowest band first, on one axis of time', () => {
    expect(bands.map(({ share, low, high }) => [share, low[0], high[1]])).toEqual([
      [0.5, 4, 7],
      [0.8, 3, 9],
    ])
    expect(times.map(({ at, text }) => `${at} ${text}`)).toEqual(['0 1', '1 2', '2 3', '3 4', '4 5', '5 6', '6 7'])
  })

  test('begins at 0 where nothing is below, and has a height where nothing changes', () => {
    expect(
      forecastWith({ quantiles: parts.quantiles!.map(() => Float64Array.of(0, 1)) }).outline({ times: 1, values: 1 })
        .low,
    ).toBe(0)
    const still = forecastOf({
      name: 'x',
      times: [1],
      point: Float64Array.of(3),
      history: { times: [], values: Float64Array.of() },
    })
    expect(still.outline({ times: 1, values: 2 })).toMatchObject({ low: 1.5, high: 4.5 })
    expect(still.svg()).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('of many levels is three intervals at most', () => {
    const levels = [0.01, 0.02, 0.05, 0.1, 0.25, 0.3, 0.5, 0.7, 0.75, 0.9, 0.95, 0.98, 0.99]
    const many = forecastWith({ levels, quantiles: levels.map((level) => Float64Array.of(level, level)) })
    expect(many.outline({ times: 1, values: 1 }).bands.map(({ share }) => share)).toEqual([0.5, 0.8, 0.96])
  })
})

describe('the picture', () => {
  test('draws the past in pieces, lone values as dots, and the forecast as wide as its steps', () => {
    const svg = forecastWith({ history: { ...parts.history, missing: Uint8Array.of(0, 1, 0, 0, 1) } }).svg()
    const paths = (name: string): string[] =>
      [
        ...svg.matchAll(new RegExp(`<path class="${name}" [^>]*d="([^"]*)" fill="none" stroke-width="([\\d.]+)"`, 'g')),
      ].map(([, path, width]) => `${width} ${path!.replace(/[\d. ]+/g, '')}`)
    expect(paths('past')).toEqual(['1.5 ML', '4 Mh'])
    expect(paths('coming')).toEqual(['2 MLLL'])
    expect(svg.match(/<path class="band"[^>]*Z"/g)).toHaveLength(2)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('lies within its frame, whatever its size', () => {
    for (const [width, height] of [
      [240, 160],
      [800, 400],
      [3000, 300],
    ] as const) {
      const svg = forecastOf(parts).svg({ width, height })
      expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`)
      const places = [...svg.matchAll(/(?:[ML"]|\bd="M)([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
      expect(places.length).toBeGreaterThan(10)
      for (const [x, y] of places) {
        expect(x).toBeLessThanOrEqual(width)
        expect(y).toBeLessThanOrEqual(height)
      }
    }
  })

  test('says what is seen, and what is to be known of it', () => {
    const svg = forecastWith({ notes: ['5 days were filled'], verdict: 'it lost. Use drift instead' }).svg()
    expect(svg).toContain('role="img"')
    expect(svg).toContain('<title>Forecast of sales</title>')
    expect(svg).toContain(
      '<desc>A line shows the past, 2026-03-01 to 2026-03-05, and a second one the forecast for 2026-03-06 to 2026-03-07: from 5 to 6 ' +
        'and in the end with 80 % between 4 and 9. 5 days were filled. it lost. Use drift instead</desc>',
    )
    expect(svg).toMatch(/<text [^>]*>5 days were filled<\/text>\n<text [^>]*>it lost. Use drift instead<\/text>/)
  })

  test('holds whatever name there is', () => {
    const svg = forecastWith({ name: '<script>"a"&\u001b[31m\ud800\u0000</script>' }).svg()
    expect(svg).toContain(
      '<title>Forecast of &lt;script&gt;&quot;a&quot;&amp;\\u001b[31m\ufffd\\u0000&lt;/script&gt;</title>',
    )
    expect(svg).not.toContain('<script')
  })

  test('has for every colour one for dark paper, and asks for nothing from elsewhere', () => {
    const svg = forecastOf(parts).svg()
    const classes = new Set([...svg.matchAll(/class="([a-z]+)"/g)].map(([, name]) => name))
    for (const name of classes) expect(svg).toContain(`.unrolled-forecast .${name} {`)
    expect([...svg.matchAll(/(href|url\(|https?:)[^ ]*/g)].map(([found]) => found)).toEqual([
      'http://www.w3.org/2000/svg"',
    ])
  })

  test('of a wrong size is refused', () => {
    expect(() => forecastOf(parts).svg({ width: 20 })).toThrow(
      'svg: width is 20; it must be a finite number, at least 240',
    )
    expect(() => forecastOf(parts).svg({ hight: 200 } as never)).toThrow('did you mean height?')
  })
})
