import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forecastOf, forecastsCsv, type Forecast, type ForecastParts } from '../../src/forecasting/index.ts'

const days = (from: string, count: number): Date[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.parse(from) + i * 86_400_000))

const given: ForecastParts = {
  name: 'sales',
  times: days('2026-03-01', 3),
  point: Float64Array.of(10, 12.5, 11),
  levels: [0.1, 0.5, 0.9],
  quantiles: [Float64Array.of(8, 9, 7), Float64Array.of(10, 12, 11), Float64Array.of(12, 16, 19)],
  history: { times: days('2026-02-25', 4), values: Float64Array.of(9, 14, 12, 8) },
}

describe('quantiles', () => {
  const forecast = forecastOf(given)

  test('are those of their level, and lie on a line in between', () => {
    expect(Array.from(forecast.quantile(0.9))).toEqual([12, 16, 19])
    expect(Array.from(forecast.quantile(0.3))).toEqual([9, 10.5, 9])
    const { low, high } = forecast.interval(0.8)
    expect([Array.from(low), Array.from(high)]).toEqual([
      [8, 9, 7],
      [12, 16, 19],
    ])
  })

  test('are not made up outside of the levels', () => {
    expect(() => forecast.quantile(0.95)).toThrow(
      'the forecast of sales: level is 0.95; it must be from 0.1 to 0.9, which the model was made for, intervals up to 80 %; ' +
        'its levels are 0.1, 0.5, 0.9',
    )
    expect(() => forecast.interval(0.9)).toThrow('intervals up to 80 %')
    expect(() => forecast.interval(1)).toThrow('share is 1; it must be a finite number, above 0 and below 1')
    const { levels: _levels, quantiles: _quantiles, ...point } = given
    expect(() => forecastOf(point).quantile(0.5)).toThrow('the model says one number for each step, and no quantiles')
  })

  test('that are changed by who has them stay what they are', () => {
    forecast.quantile(0.1).fill(99)
    expect(Array.from(forecast.quantile(0.1))).toEqual([8, 9, 7])
  })

  test('never cross, whatever was said', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    const several = fc.array(fc.array(value, { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(
        several,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (all, a, b) => {
          const levels = all.map((_, i) => 0.1 + (0.8 * i) / (all.length - 1))
          const crossed = forecastOf({
            ...given,
            times: [1, 2, 3, 4],
            point: Float64Array.from(all[0]!),
            levels,
            quantiles: all.map((own) => Float64Array.from(own)),
          })
          const [low, high] = [crossed.quantile(Math.min(a, b)), crossed.quantile(Math.max(a, b))]
          // Interpolation rounds.
          low.forEach((one, t) => expect(one).toBeLessThanOrEqual(high[t]! + 1e-6))
          all[0]!.forEach((_, t) =>
            expect(levels.map((level) => crossed.quantile(level)[t]!).sort((x, y) => x - y)).toEqual(
              all.map((own) => own[t]!).sort((x, y) => x - y),
            ),
          )
        },
      ),
      { seed: 1, numRuns: 100 },
    )
  })
})

describe('as text', () => {
  test('a table shows the intervals that levels allow, and what is to be said', () => {
    expect(forecastOf({ ...given, notes: ['5 days were filled'], verdict: 'it lost' }).table()).toBe(
      [
        'sales       forecast  80 % from    to',
        '─────────────────────────────────────',
        '2026-03-01      10.0        8.0  12.0',
        '2026-03-02      12.5        9.0  16.0',
        '2026-03-03      11.0        7.0  19.0',
        '',
        '5 days were filled',
        'it lost',
      ].join('\n'),
    )
  })

  test('csv and json hold the very numbers', () => {
    const forecast = forecastOf({ ...given, history: { ...given.history, missing: Uint8Array.of(0, 1, 0, 0) } })
    expect(forecast.csv()).toBe(
      'time,forecast,q0.1,q0.5,q0.9\n2026-03-01,10,8,10,12\n2026-03-02,12.5,9,12,16\n2026-03-03,11,7,11,19\n',
    )
    expect(forecastsCsv([forecast, forecastOf({ ...given, name: 'a, "b"' })]).split('\n')[4]).toBe(
      '"a, ""b""",2026-03-01,10,8,10,12',
    )
    expect(JSON.parse(JSON.stringify(forecast.json()))).toEqual({
      name: 'sales',
      times: ['2026-03-01', '2026-03-02', '2026-03-03'],
      point: [10, 12.5, 11],
      levels: [0.1, 0.5, 0.9],
      quantiles: [
        [8, 9, 7],
        [10, 12, 11],
        [12, 16, 19],
      ],
      history: { times: ['2026-02-25', '2026-02-26', '2026-02-27', '2026-02-28'], values: [9, null, 12, 8] },
      notes: [],
    })
  })

  test('times are told as clocks show them, to programs with their difference from UTC', () => {
    const hour = 3_600_000
    const at = (...times: number[]): Forecast =>
      forecastOf({
        ...given,
        times: times.map((time) => new Date(time)),
        point: Float64Array.from(times, () => 10),
        levels: [],
        quantiles: [],
        wall: (time) => time + (time < 10 * hour ? hour : -3.5 * hour),
      })
    const columns = (text: string): string[] => text.split('\n').map((line) => line.split(/,| {2,}/)[0]!)
    const around = at(9 * hour, 10 * hour)
    expect(columns(around.table()).slice(2)).toEqual(['1970-01-01 10:00', '1970-01-01 06:30'])
    expect(columns(around.csv()).slice(1, 3)).toEqual(['1970-01-01T10:00:00+01:00', '1970-01-01T06:30:00-03:30'])
    expect(columns(at(23 * hour, 9 * hour + 1500).table())[3]).toBe('1970-01-01 10:00:01.500')
    expect(columns(at(-hour).csv())[1]).toBe('1970-01-01')
    expect(columns(forecastOf({ ...given, times: [7, 8, 9] }).csv())).toEqual(['step', '7', '8', '9', ''])
  })
})

describe('a shape that is odd is told of', () => {
  const wave = Float64Array.from({ length: 48 }, (_, t) => 20 + 5 * Math.sin((t * Math.PI) / 6))
  const history = { times: Array.from(wave.keys()), values: wave }
  const notesOf = (point: number[], past = history): readonly string[] =>
    forecastOf({ name: 'x', times: point.map((_, i) => 48 + i), point: Float64Array.from(point), history: past }).notes

  test('flat where the past moves', () => {
    expect(notesOf([20, 20.1, 20.2, 20.1, 20, 20])).toEqual([
      'the forecast is flat: in 6 steps it moves by 0.2, the past by 5.0 in as many',
    ])
    expect(notesOf([20, 22, 24, 25, 24, 22])).toEqual([])
    // One step cannot move, and a past that stands still is no reason for a forecast to.
    expect(notesOf([20])).toEqual([])
    expect(notesOf([3, 3, 3], { times: [1, 2, 3, 4], values: Float64Array.of(3, 3, 3, 3) })).toEqual([])
  })

  test('running away from where the past was', () => {
    expect(notesOf([25, 30, 36])).toEqual([
      'the forecast runs away: it goes to 36.0, the past lies between 15.0 and 25.0',
    ])
    expect(notesOf([25, 30, 34])).toEqual([])
    expect(notesOf([10, 2, 4])).toEqual(['the forecast runs away: it goes to 2.0, the past lies between 15.0 and 25.0'])
    const still = { times: [1, 2], values: Float64Array.of(3, 3) }
    expect(notesOf([3, 3.1, 3], still)).toEqual([])
    expect(notesOf([3, 9, 30], still)).toEqual(['the forecast runs away: it goes to 30, the past lies between 3 and 3'])
  })

  test('whatever stands in for what is missing', () => {
    const gone = { ...history, missing: Uint8Array.from(wave, (_, t) => Number(t === 3)) }
    const spiked = { ...gone, values: wave.map((value, t) => (t === 3 ? 1e6 : value)) }
    expect(notesOf([25, 30, 36], spiked)).toEqual(notesOf([25, 30, 36], gone))
    expect(notesOf([1, 2, 3], { times: [0], values: Float64Array.of(1), missing: Uint8Array.of(1) } as never)).toEqual(
      [],
    )
  })
})

test('parts that do not fit are refused', () => {
  const refused = (parts: Partial<ForecastParts>): unknown => {
    try {
      forecastOf({ ...given, ...parts })
    } catch (error) {
      const { code, message } = error as { code: string; message: string }
      return `${code} ${message}`
    }
    return 'accepted'
  }
  expect(refused({ times: [1, 2] })).toContain('shape the forecast of sales: 3 steps have 2 times')
  expect(refused({ levels: [0.1, 0.9] })).toContain('2 levels quantiles of 3, 3, 3 steps')
  expect(refused({ levels: [0.5, 0.1, 0.9] })).toContain(
    'option the forecast of sales: level is 0.1; it must be a finite number, above 0.5',
  )
  expect(refused({ point: Float64Array.of(1, NaN, 3) })).toBe(
    'non-finite the forecast of sales: at step 1 ahead it says NaN',
  )
  expect(refused({ history: { times: [1], values: Float64Array.of() } })).toContain('0 values of the past 1 times')
})
