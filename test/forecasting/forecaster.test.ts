import { describe, expect, test } from 'vitest'
import {
  adam,
  backtest,
  calibrate,
  crossEntropy,
  decodeModel,
  encodeModel,
  evaluate,
  forecast,
  forecastAll,
  forecaster,
  forward,
  gru,
  lstm,
  meanSquaredError,
  negativeBinomial,
  normal,
  quantiles,
  studentT,
  train,
  type Forecaster,
  type ForecasterOptions,
  type Normalisation,
  type Output,
} from '../../src/index.ts'
import { codedChannels, type Series } from '../../src/data/index.ts'
import { tensor } from '../../src/tensor.ts'
import { someSeries, wave } from './some-series.ts'

const small: ForecasterOptions = { cell: gru, hidden: 12, context: 48, horizon: 24, segment: 12, seed: 1 }
const outputs: Readonly<Record<string, Output>> = {
  meanSquaredError: meanSquaredError(),
  quantiles: quantiles(0.1, 0.5, 0.9),
  normal: normal(),
  studentT: studentT(),
  negativeBinomial: negativeBinomial(),
}
const continuous = Object.entries(outputs).filter(([, { counts }]) => !counts)
const normalisations: readonly Normalisation[] = ['none', 'last', 'instance']

/** Two series with what is known ahead, and where that is wanted what is known up to now. */
function covered(
  steps: number,
  ahead: number,
  change: (values: Float64Array, from: number) => void = () => {},
  measured = true,
): Series {
  const of = (seed: number, length: number): Float64Array => wave(length, { level: seed, seed })
  const values = { north: of(3, steps), south: of(4, steps) }
  const past = { north: of(5, steps), south: of(6, steps) }
  for (const side of [values, past]) for (const column of Object.values(side)) change(column, steps)
  return someSeries(values, {
    known: ['promised'],
    calendar: ['hour of day', 'holiday'],
    holidays: ['2026-01-06'],
    past: measured ? ['measured'] : [],
    categories: [{ name: 'region', values: ['a', 'b'] }],
    channel: (name) => ({
      known: [of(7, steps + ahead)],
      past: measured ? [past[name as 'north']] : [],
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
    (['direct', 'sampled'] as const).flatMap((decoder) =>
      (output.counts ? (['magnitude'] as const) : normalisations).map((normalisation) => ({
        name,
        output,
        decoder,
        normalisation,
      })),
    ),
  )

  test.each(cases)('$name, $decoder, $normalisation', async ({ output, decoder, normalisation }) => {
    const count = (values: Float64Array): void =>
      values.forEach((value, t) => (values[t] = Math.abs(Math.round(value))))
    const [whole, other] = [() => {}, changed].map((change) =>
      covered(
        240,
        24,
        (values) => {
          change(values)
          if (output.counts) count(values)
        },
        // What is measured up to now is for direct decoders alone.
        decoder === 'direct',
      ),
    ) as [Series, Series]
    const model = forecaster(whole.between(0, origin), { ...small, output, decoder, normalisation })
    const [here, there] = await Promise.all(
      [whole, other].map((series) => forecastAll(model, series.between(0, origin), { backend: 'wasm', paths: 8 })),
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

  test('writes times as clocks show them where the series is from', async () => {
    const series = someSeries({ load: wave(100) }, { zone: 'Asia/Kolkata' })
    const found = await forecast(forecaster(series, small), series, { backend: 'reference' })
    expect(found.csv()).toContain('2026-01-05T09:30:00+05:30')
    expect(found.table()).toContain('2026-01-05 09:30')
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

  test.each([
    ['a horizon that its layers do not say', { horizon: 48, segment: 24 }, /its layers take/],
    ['more that is known ahead', { calendar: [] }, /it wants layers that take/],
    ['a horizon that its segments do not cut', { horizon: 25 }, /cannot be cut into its segments/],
    ['a context that they do not', { context: 50 }, /cannot be cut into its segments/],
    ['a season of half a step', { season: 0.5 }, /season must be a whole number from 1/],
  ])('is not read from a file with %s', (_, change, message) => {
    const model = forecaster(covered(300, 24), small)
    const content = () => ({ ...(model.content!() as object), coding: { ...model.coding, ...change } as never })
    expect(() => decodeModel(encodeModel({ ...model, content }))).toThrow(message)
  })

  test('is not read from a file with a loss that says nothing of values, or a verdict without a rule', () => {
    const model = forecaster(covered(300, 24), small)
    expect(() => decodeModel(encodeModel({ ...model, loss: crossEntropy() as never }))).toThrow(
      /its loss, crossEntropy, does not say what a value is/,
    )
    const verdict = { windows: 1, horizon: 24, against: 'naive', ratio: 1, better: false, instead: 3, text: '' }
    const content = () => ({ ...(model.content!() as object), verdict })
    expect(() => decodeModel(encodeModel({ ...model, content }))).toThrow(/against which rule/)
  })

  test('is the same on every backend', async () => {
    const series = covered(200, 24)
    const model = await trained(series, { output: normal() })
    const on = (backend: 'reference' | 'wasm'): Promise<number[]> =>
      forecastAll(model, series, { backend }).then((all) => all.flatMap(({ point }) => [...point]))
    const [reference, wasm] = await Promise.all([on('reference'), on('wasm')])
    wasm!.forEach((value, i) => expect(value).toBeCloseTo(reference[i]!, 3))
  })

  test('paths of windows side by side are those of each alone', async () => {
    const series = covered(200, 24, () => {}, false)
    const model = await trained(series, { decoder: 'sampled', output: normal() })
    const together = await forecastAll(model, series, { backend: 'reference', paths: 9 })
    for (const one of together) {
      const alone = await forecast(model, series, { of: one.name, backend: 'reference', paths: 9 })
      expect(one.json()).toEqual(alone.json())
      // Paths go apart, and each goes on from itself.
      expect(one.quantile(0.9)[23]! - one.quantile(0.1)[23]!).toBeGreaterThan(0.1)
    }
    expect(together.length).toBe(2)
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

  test('says counts as they are: of five each day, five', async () => {
    const sold = someSeries({ sold: new Float64Array(400).fill(5) })
    const model = forecaster(sold, { ...small, output: negativeBinomial() })
    await train(model, sold, { epochs: 12, batch: 32, optimizer: adam({ lr: 0.02 }) }).finish()
    const { point, quantile } = await forecast(model, sold)
    const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(Math.abs(mean(point) - 5)).toBeLessThan(0.4)
    expect(mean(quantile(0.05))).toBeLessThan(4)
    expect(mean(quantile(0.95))).toBeGreaterThan(6)
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

describe('a sampled decoder', () => {
  const series = someSeries({ load: wave(300) })
  const own = { decoder: 'sampled', output: normal() } as const

  test('draws what its output says: quantiles of the paths are those of the distribution', async () => {
    const model = await trained(series, own)
    const direct = await forecast(model, series, { horizon: 1, paths: 4000 })
    const [low, middle, high] = [0.1, 0.5, 0.9].map((level) => direct.quantile(level)[0]!)
    // A normal distribution is as wide on both sides: 1.2816 deviations.
    const deviation = (high! - low!) / 2 / 1.2816
    expect(Math.abs(high! + low! - 2 * middle!)).toBeLessThan(0.15 * deviation)
    const wider = direct.quantile(0.975)[0]! - direct.quantile(0.025)[0]!
    expect(wider / deviation).toBeCloseTo(2 * 1.96, 0)
  })

  test('goes further than it was trained for, the same way', async () => {
    const model = await trained(series, own)
    const [near, far] = await Promise.all([24, 40].map((horizon) => forecast(model, series, { horizon })))
    expect(far!.point.length).toBe(40)
    expect([...far!.point.subarray(0, 24)]).toEqual([...near!.point])
  })

  test('draws the same by the same seed, else by another', async () => {
    const model = await trained(series, own)
    const [one, same, other] = await Promise.all([1, 1, 2].map((seed) => forecast(model, series, { seed })))
    expect([...same!.point]).toEqual([...one!.point])
    expect([...other!.point]).not.toEqual([...one!.point])
  })

  test('says counts', async () => {
    const counts = wave(400, { level: 2, height: 2 }).map((value) => Math.max(0, Math.round(value)))
    const sold = someSeries({ sold: counts })
    const model = await trained(sold, { decoder: 'sampled', output: negativeBinomial() })
    const found = await forecast(model, sold)
    for (const row of [found.point, found.quantile(0.05), found.quantile(0.95)]) {
      expect(row.every((value) => Number.isInteger(value) && value >= 0)).toBe(true)
    }
  })

  test('a deterministic output makes one path, whose steps see what was said, as if it had come', async () => {
    const model = await trained(series, { decoder: 'sampled', output: meanSquaredError(), normalisation: 'none' })
    const said = await forecast(model, series)
    expect(said.levels).toEqual([])
    const { channels } = series
    const { coding, rows, layer, parameters } = model
    const values = Float64Array.from([...channels[0]!.values, ...said.point])
    const come = { ...series, channels: [{ ...channels[0]!, values, steps: values.length }] }
    const [coded] = codedChannels(coding, come, 'test')
    const x = new Float32Array(rows.steps * rows.columns)
    for (let t = 0; t < rows.steps; t++) {
      rows.putStep(coded!, channels[0]!.steps, { location: 0, scale: 1 }, t, x, t * rows.columns)
    }
    const { output } = await forward(layer, { parameters, inputs: { x: tensor(x, [rows.steps, 1, rows.columns]) } })
    const { mean, deviation } = coding.channels[0]!
    said.point.forEach((value, h) => {
      expect(value).toBeCloseTo(mean + deviation * output.data[coding.context - 1 + h]!, 3)
    })
  })
})

describe('a backtest', () => {
  const series = someSeries({ load: wave(700, { noise: 5 }), other: wave(700, { noise: 5, seed: 2, level: 20 }) })

  test('holds a model against rules on windows it has not seen, and keeps its verdict', async () => {
    const past = series.between(0, 500)
    const model = forecaster(past, { ...small, hidden: 24, normalisation: 'none', output: quantiles(0.1, 0.5, 0.9) })
    await train(model, past, { epochs: 12, batch: 64, optimizer: adam({ lr: 1e-2 }) }).finish()
    const report = await backtest(model, series, { windows: 8 })
    expect(report.windows).toBe(8)
    expect(report.verdict.ratio).toBeLessThan(1)
    expect(model.verdict).toEqual(report.verdict)
    expect((await forecast(model, series, { of: 'load' })).verdict).toBe(report.verdict.text)
  })

  test('asks what it would have been asked then: each window is the forecast from its origin', async () => {
    const model = await trained(series.between(0, 500))
    const { byName } = await backtest(model, series.between(0, 572), { windows: 3 })
    let [sum, count] = [0, 0]
    for (const origin of [500, 524, 548]) {
      for (const { name, point } of await forecastAll(model, series.between(0, origin))) {
        const { values } = series.channels.find((channel) => channel.name === name)!
        point.forEach((value, h) => (sum += Math.abs(value - values[origin + h]!)))
        count += point.length
      }
    }
    expect(byName[0]!.mae).toBeCloseTo(sum / count, 4)
  })

  test('refuses windows that the model has learnt from, and says how to make it', async () => {
    const model = await trained(series.between(0, 690))
    await expect(backtest(model, series, { windows: 2 })).rejects.toThrow(/series\.between\(0, -48\)/)
  })

  test('refuses windows that the model was calibrated on', async () => {
    const model = await trained(series.between(0, 500))
    await calibrate(model, series.between(500, 660))
    await expect(backtest(model, series, { windows: 2 })).rejects.toThrow(
      /calibrated on data up to .*series\.between\(0, -48\)/,
    )
    expect((await backtest(model, series, { windows: 1 })).windows).toBe(1)
  })

  test('makes models anew for each origin from what lies before it', async () => {
    const ends: number[] = []
    const model = forecaster(series.between(0, 600), small)
    await backtest(model, series, {
      windows: 2,
      refit: async (past) => {
        ends.push(past.channels[0]!.steps)
        return forecaster(past, small)
      },
    })
    expect(ends).toEqual([652, 676])
  })

  test.each([
    ['no room', 60, { windows: 1 }, /60 steps; a context of 48 and a horizon of 24 take 72/],
    ['too many windows', 700, { windows: 400 }, /at most/],
  ] as const)('%s', async (_, steps, options, message) => {
    const model = forecaster(series.between(0, 200), small)
    await expect(backtest(model, series.between(0, steps), options)).rejects.toThrow(message)
  })
})

test.each([
  ['half a count', 1.5],
  ['a count below 0', -1],
])('%s is refused, with its time, by who is made of it and who reads it', async (_, odd) => {
  const values = Array.from({ length: 200 }, (_, t) => t % 3)
  const counts = someSeries({ sold: values })
  const other = someSeries({ sold: values.map((value, t) => (t === 30 ? odd : value)) })
  const options = { ...small, output: negativeBinomial() }
  const message = `sold is ${odd} at 2026-01-02 06:00; counts are whole numbers from 0`
  expect(() => forecaster(other, options)).toThrow(message)
  await expect(forecast(forecaster(counts, options), other)).rejects.toThrow(message)
})

describe('what cannot be said', () => {
  const series = someSeries({ load: wave(300), other: wave(300) })

  test.each([
    [
      'a history shorter than the context',
      () => forecast(forecaster(series, small), series.between(0, 40), { of: 'load' }),
      /load has 40 steps; the model reads 48/,
    ],
    ['no series named', () => forecast(forecaster(series, small), series), /say which one: \{ of: 'load' \}/],
    ['another name', () => forecast(forecaster(series, small), series, { of: 'lod' }), /did you mean load/],
    [
      'an unknown series',
      () => forecastAll(forecaster(series, small), someSeries({ third: wave(300) })),
      /does not know the series third; it was made for load, other/,
    ],
    ['a longer horizon', () => forecast(forecaster(series, small), series, { of: 'load', horizon: 25 }), /at most 24/],
    [
      'missing known covariates',
      () => forecastAll(forecaster(covered(200, 24), small), covered(200, 10)),
      /promised, known ahead, north has 10 steps behind its last value; the model needs 24/,
    ],
    [
      'other covariates',
      () => forecastAll(forecaster(covered(200, 24), small), series),
      /reads as known covariates promised; the series has none/,
    ],
  ] as const)('%s', async (_, ask, message) => {
    await expect(ask()).rejects.toThrow(message)
  })

  test.each([
    ['horizon', { horizon: 2.5 }],
    ['paths', { paths: 0 }],
    ['paths', { paths: 1.5 }],
    ['seed', { seed: -1 }],
    ['seed', { seed: 0.5 }],
    ['history', { history: 0 }],
    ['history', { history: 1.5 }],
  ])('a %s of %o', async (name, options) => {
    const model = forecaster(series, small)
    await expect(forecast(model, series, { of: 'load', ...options })).rejects.toThrow(`forecast: ${name} is`)
  })

  test.each([
    ['windows', { windows: 0 }],
    ['windows', { windows: 1.5 }],
    ['every', { every: 0 }],
    ['every', { every: 1.5 }],
  ])('a backtest with %s of %o', async (name, options) => {
    const model = forecaster(series.between(0, 200), small)
    await expect(backtest(model, series, options)).rejects.toThrow(`backtest: ${name} is`)
  })

  test.each([['too short', () => forecaster(series.between(0, 60), small), /.*/, { train: true }]] as const)(
    '%s',
    async (_, make) => {
      const model = make()
      expect(() => train(model, series.between(0, 60), { epochs: 1 })).toThrow(
        /60 steps; a context of 48 and a horizon of 24 take 72/,
      )
    },
  )

  test('a segment that does not divide, and past covariates that would have to be drawn', () => {
    expect(() => forecaster(series, { ...small, segment: 7 })).toThrow(
      /a divisor of the context, 48, and of the horizon, 24/,
    )
    expect(() => forecaster(covered(200, 24), { ...small, decoder: 'sampled' })).toThrow(/measured/)
  })
})

describe('calibration', () => {
  test.each(continuous)('of %s makes intervals hold what they say', async (_, output) => {
    const series = someSeries({ load: wave(2000, { noise: 6 }) })
    const model = await trained(series.between(0, 800), { output })
    expect(await calibrate(model, series.between(800, 1400))).toBe(600 - 72 + 1)
    const { coverage, table } = await evaluate(model, series.between(1400 - 48, 2000))
    const { held } = coverage.find(({ share }) => share === 0.8)!
    expect(held).toBeGreaterThan(0.75)
    expect(held).toBeLessThan(0.85)
    expect(table()).toContain('80.0 %')
  })

  test('moves each quantile at each step by what it found, in spreads of the window', async () => {
    const series = someSeries({ load: wave(600, { noise: 6 }) })
    const model = await trained(series.between(0, 300), { output: meanSquaredError(), normalisation: 'none' })
    const { point } = await forecast(model, series)
    await calibrate(model, series.between(300, 600))
    const said = await forecast(model, series)
    const { levels, shifts } = model.conformal!
    const { deviation } = model.coding.channels[0]!
    for (const [k, level] of levels.entries()) {
      const wanted = shifts[k]!.map((shift, h) => point[h]! + deviation * shift)
      said.quantile(level).forEach((value, h) => expect(value).toBeCloseTo(Math.max(0, wanted[h]!), 6))
    }
    // Steps differ, so that none is moved by another's.
    expect(new Set(shifts[0]).size).toBeGreaterThan(20)
  })
})
