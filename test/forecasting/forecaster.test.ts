import { describe, expect, test } from 'vitest'
import {
  adam,
  calibrate,
  decodeModel,
  encodeModel,
  evaluate,
  forecast,
  forecastAll,
  forecaster,
  gru,
  lstm,
  meanSquaredError,
  normal,
  quantiles,
  train,
  type Forecaster,
  type ForecasterOptions,
  type Normalisation,
} from '../../src/index.ts'
import type { Series } from '../../src/data/index.ts'
import { someSeries, wave } from './some-series.ts'

const small: ForecasterOptions = { cell: gru, hidden: 12, context: 48, horizon: 24, segment: 12, seed: 1 }
const outputs = { meanSquaredError: meanSquaredError(), quantiles: quantiles(0.1, 0.5, 0.9), normal: normal() }
const normalisations: readonly Normalisation[] = ['none', 'last', 'instance']

/** Two series with what is known ahead and what is known up to now. */
function covered(
  steps: number,
  ahead: number,
  change: (values: Float64Array, from: number) => void = () => {},
): Series {
  const of = (seed: number, length: number): Float64Array => wave(length, { level: seed, seed })
  const values = { north: of(3, steps), south: of(4, steps) }
  const past = { north: of(5, steps), south: of(6, steps) }
  for (const side of [values, past]) for (const column of Object.values(side)) change(column, steps)
  return someSeries(values, {
    known: ['promised'],
    past: ['measured'],
    categories: [{ name: 'region', values: ['a', 'b'] }],
    channel: (name) => ({
      known: [of(7, steps + ahead)],
      past: [past[name as 'north']],
      categories: [name === 'north' ? 0 : 1],
    }),
  })
}

async function trained(series: Series, options: Partial<ForecasterOptions> = {}): Promise<Forecaster> {
  const model = forecaster(series, { ...small, ...options })
  await train(model, series, { epochs: 1, batch: 64, backend: 'reference' }).finish()
  return model
}

describe('what lies behind an origin changes nothing in a forecast from it', () => {
  const origin = 120
  const changed = (values: Float64Array): void => {
    for (let t = origin; t < values.length; t++) values[t] = 1e6 * (t % 2 === 0 ? 1 : -1)
  }
  const whole = covered(240, 24)
  const other = covered(240, 24, changed)
  const cases = Object.entries(outputs).flatMap(([name, output]) =>
    normalisations.map((normalisation) => ({ name, output, normalisation })),
  )

  test.each(cases)('$name, $normalisation', async ({ output, normalisation }) => {
    const model = forecaster(whole.between(0, origin), { ...small, output, normalisation })
    const [here, there] = await Promise.all(
      [whole, other].map((series) => forecastAll(model, series.between(0, origin), { backend: 'reference' })),
    )
    expect(there!.map(({ point }) => [...point])).toEqual(here!.map(({ point }) => [...point]))
    expect(here!.every(({ point }) => point.every(Number.isFinite))).toBe(true)
    for (const level of here![0]!.levels) {
      expect(there!.map((one) => [...one.quantile(level)])).toEqual(here!.map((one) => [...one.quantile(level)]))
    }
  })

  test('nor in the scales that a model is made with, nor in what it learns', async () => {
    const [here, there] = await Promise.all([whole, other].map((series) => trained(series.between(0, origin))))
    expect(there!.coding).toEqual(here!.coding)
    expect(there!.parameters).toEqual(here!.parameters)
  })

  test('what lies before it does', async () => {
    const model = forecaster(whole.between(0, origin), small)
    const moved = covered(240, 24, (values) => (values[origin - 1]! += 1))
    const [here, there] = await Promise.all(
      [whole, moved].map((series) => forecast(model, series.between(0, origin), { of: 'north' })),
    )
    expect([...there!.point]).not.toEqual([...here!.point])
  })
})

describe('a forecaster', () => {
  test('learns a wave: its error is far below that of the mean, and it tells when', async () => {
    const series = someSeries({ load: wave(1000) })
    const model = forecaster(series.between(0, 900), { ...small, hidden: 24 })
    await train(model, series.between(0, 900), { epochs: 6, batch: 64, optimizer: adam({ lr: 1e-2 }) }).finish()
    const found = await forecast(model, series.between(0, 900))
    const came = series.between(900, 924).channels[0]!.values
    const error = found.point.reduce((sum, value, h) => sum + Math.abs(value - came[h]!), 0) / 24
    expect(error).toBeLessThan(2)
    expect(found.times[0]).toEqual(new Date(Date.UTC(2026, 0, 1) + 900 * 3_600_000))
    expect(found.history.values.at(-1)).toBe(series.channels[0]!.values[899])
  })

  test('comes back from its file with the same forecast, calibration and verdict', async () => {
    const series = covered(300, 24)
    const model = await trained(series, { cell: lstm, output: quantiles(0.1, 0.5, 0.9) })
    await calibrate(model, series)
    model.verdict = { windows: 2, horizon: 24, against: 'naive', ratio: 0.5, better: true, text: 'half' }
    const again = decodeModel(encodeModel(model)) as Forecaster
    const [here, there] = await Promise.all([model, again].map((one) => forecastAll(one, series)))
    expect(there!.map((one) => one.json())).toEqual(here!.map((one) => one.json()))
    expect(there![0]!.verdict).toBe('half')
  })

  test('is the same on every backend', async () => {
    const series = covered(200, 24)
    const model = await trained(series, { output: normal() })
    const on = (backend: 'reference' | 'wasm'): Promise<number[]> =>
      forecastAll(model, series, { backend }).then((all) => all.flatMap(({ point }) => [...point]))
    const [reference, wasm] = await Promise.all([on('reference'), on('wasm')])
    wasm!.forEach((value, i) => expect(value).toBeCloseTo(reference[i]!, 3))
  })

  test('windows side by side are each alone', async () => {
    const series = covered(200, 24)
    const model = await trained(series)
    const together = await forecastAll(model, series, { backend: 'reference' })
    for (const one of together) {
      const alone = await forecast(model, series, { of: one.name, backend: 'reference' })
      expect([...alone.point]).toEqual([...one.point])
    }
  })

  test('keeps counts whole and never below nothing', async () => {
    const counts = wave(400, { level: 0.4, height: 1 }).map((value) => Math.max(0, Math.round(value)))
    const model = await trained(someSeries({ sold: counts }), { output: normal() })
    const found = await forecast(model, someSeries({ sold: counts }))
    for (const row of [found.point, found.quantile(0.025), found.quantile(0.975)]) {
      expect(row.every((value) => Number.isInteger(value) && value >= 0)).toBe(true)
    }
  })

  test('does not learn from missing values', async () => {
    const missing = Uint8Array.from({ length: 300 }, (_, t) => (t >= 100 && t < 130 ? 1 : 0))
    const with_ = (stands: number): Series =>
      someSeries({ load: wave(300).map((value, t) => (missing[t] ? stands : value)) }, { channel: () => ({ missing }) })
    const { loss, positions } = await evaluate(forecaster(with_(100), small), with_(100))
    expect(positions).toBeLessThan(2 * (300 - 72 + 1))
    expect(loss).toBeLessThan(10)
  })
})

describe('calibration', () => {
  test.each(Object.entries(outputs))('of %s makes intervals hold what they say', async (_, output) => {
    const series = someSeries({ load: wave(2000, { noise: 6 }) })
    const model = await trained(series.between(0, 800), { output })
    expect(await calibrate(model, series.between(800, 1400))).toBe(600 - 72 + 1)
    const { coverage, table } = await evaluate(model, series.between(1400 - 48, 2000))
    const { held } = coverage.find(({ share }) => share === 0.8)!
    expect(held).toBeGreaterThan(0.75)
    expect(held).toBeLessThan(0.85)
    expect(table()).toContain('80.0 %')
  })
})
