import { describe, expect, test } from 'vitest'
import {
  adam,
  calibrate,
  decodeModel,
  encodeModel,
  evaluate,
  explain,
  forecast,
  forecastAll,
  forecaster,
  gru,
  meanSquaredError,
  negativeBinomial,
  normal,
  quantiles,
  train,
  type Forecaster,
  type ForecasterOptions,
  type Output,
  type TransformName,
} from '../../src/index.ts'
import { changeOf, codedChannels, type Series } from '../../src/data/index.ts'
import { uniform } from '../../src/uniform.ts'
import { someSeries, wave } from './some-series.ts'

const small: ForecasterOptions = { cell: gru, hidden: 12, context: 48, horizon: 24, segment: 12, seed: 1 }
const load = wave(400, { level: 30, height: 20, noise: 4 })
const series = someSeries({ load })
const told = quantiles(0.1, 0.5, 0.9)

/** A model made of the first part and calibrated on the second. */
async function calibrated(of: Series, options: Partial<ForecasterOptions>): Promise<Forecaster> {
  const model = forecaster(of.between(0, 200), { ...small, ...options })
  await calibrate(model, of.between(200, 360))
  return model
}

/** A model that does not know that values were never below 0: those of a transformed series may be. */
function unbound(model: Forecaster): Forecaster {
  const channels = model.coding.channels as unknown as { positive: boolean }[]
  for (const channel of channels) channel.positive = false
  return model
}

const decoders = ['direct', 'sampled'] as const

describe.each(['log', 'log1p', 'boxCox'] as const)('%s', (transform) => {
  test.each(
    decoders.flatMap((decoder) =>
      Object.entries({ meanSquaredError: meanSquaredError(), told, normal: normal() }).map(
        ([name, output]) => [decoder, name, output] as const,
      ),
    ),
  )(
    'of what a %s decoder says, %s: what it would say of the transformed series, undone',
    async (decoder, _, output) => {
      const model = await calibrated(series, { transform, decoder, output })
      const { forward, inverse } = changeOf(model.coding, 0).transform
      const plain = unbound(await calibrated(someSeries({ load: load.map(forward) }), { decoder, output }))
      const [here, there] = await Promise.all([
        forecast(model, series, { paths: 20 }),
        forecast(plain, someSeries({ load: load.map(forward) }), { paths: 20 }),
      ])
      expect(here.levels).toEqual(there.levels)
      const close = (one: ArrayLike<number>, other: Float64Array): void =>
        Array.from(one).forEach((value, h) => {
          const wanted = inverse(other[h]!)
          expect(Math.abs(value - wanted)).toBeLessThan(1e-4 * Math.max(1, wanted))
        })
      close(here.point, there.point)
      for (const level of here.levels) close(here.quantile(level), there.quantile(level))
    },
  )
})

test('λ is of the part that a model is made of', () => {
  const lambda = (of: Series): unknown =>
    forecaster(of.between(0, 200), { ...small, transform: 'boxCox' }).coding.channels[0]!.transform
  const other = load.map((value, t) => (t < 200 ? value : value ** 3))
  expect(lambda(someSeries({ load: other }))).toEqual(lambda(series))
  expect(lambda(series)).toMatchObject({ kind: 'boxCox' })
})

describe('differences', () => {
  test.each(decoders.flatMap((decoder) => [1, 24, 30].map((lag) => [lag, decoder] as const)))(
    'to %i steps before, of a %s decoder: what it would say of the changes, added up',
    async (lag, decoder) => {
      const output = meanSquaredError()
      const changes = someSeries({ load: Array.from({ length: 400 - lag }, (_, t) => load[t + lag]! - load[t]!) })
      const model = unbound(forecaster(series, { ...small, decoder, output, differences: lag }))
      const plain = forecaster(changes, { ...small, decoder, output, normalisation: 'none' })
      const [here, there] = await Promise.all([forecast(model, series), forecast(plain, changes)])
      const all = [...load]
      there.point.forEach((change) => all.push(change + all.at(-lag)!))
      here.point.forEach((value, h) => expect(value).toBeCloseTo(all[400 + h]!, 2))
    },
  )

  test('of a random walk: paths spread as the root of the steps', async () => {
    const walk = new Float64Array(600)
    for (let t = 1; t < 600; t++) walk[t] = walk[t - 1]! + 2 * uniform(3, 1, t, 0, 0) - 1
    const model = forecaster(someSeries({ walk }, { season: 1 }), {
      ...small,
      context: 24,
      horizon: 16,
      segment: 8,
      decoder: 'sampled',
      output: normal(),
      differences: 1,
    })
    await train(model, someSeries({ walk }, { season: 1 }), { epochs: 6, optimizer: adam({ lr: 1e-2 }) }).finish()
    const said = await forecast(model, someSeries({ walk }, { season: 1 }), { paths: 2000 })
    const width = (h: number): number => said.quantile(0.9)[h]! - said.quantile(0.1)[h]!
    expect(width(0)).toBeGreaterThan(0.8)
    expect(width(15) / width(0)).toBeGreaterThan(3)
    expect(width(15) / width(0)).toBeLessThan(5)
  })

  test('are learnt where both values were observed, and judged where the value was', () => {
    const missing = new Uint8Array(400)
    missing[150] = 1
    const gappy = someSeries({ load }, { channel: () => ({ missing }) })
    const model = forecaster(gappy, { ...small, output: meanSquaredError(), differences: 24 })
    const { unseen } = codedChannels(model.coding, gappy, 'test')[0]!
    const steps = Array.from({ length: 376 }, (_, i) => i + 24)
    expect(steps.filter((t) => unseen![t] === 1)).toEqual([150, 174])
  })

  test('read as many steps more', async () => {
    const model = forecaster(series, { ...small, output: meanSquaredError(), differences: 24 })
    await expect(forecast(model, series.between(0, 71))).rejects.toThrow('load has 71 steps; the model reads 72')
    expect((await forecast(model, series.between(0, 72))).point.length).toBe(24)
    expect(await evaluate(model, series.between(0, 96))).toMatchObject({ windows: 1 })
    await expect(evaluate(model, series.between(0, 95))).rejects.toThrow(
      'a context of 48, the 24 that it has changed from and a horizon of 24 take 96',
    )
  })
})

describe('what lies behind an origin changes nothing in a forecast from it', () => {
  const other = load.map((value, t) => (t < 300 ? value : value * 1e3))
  test.each<readonly [string, TransformName, number | undefined, 'direct' | 'sampled', Output]>([
    ['log', 'log', undefined, 'direct', told],
    ['log, sampled', 'log', undefined, 'sampled', normal()],
    ['Box–Cox of changes', 'boxCox', 24, 'direct', meanSquaredError()],
    ['changes, sampled', 'none', 1, 'sampled', normal()],
  ])('%s', async (_, transform, lag, decoder, output) => {
    const says = async (of: Series): Promise<unknown> => {
      const options = { transform, decoder, output, ...(lag !== undefined && { differences: lag }) }
      const model = forecaster(of.between(0, 300), { ...small, ...options })
      await calibrate(model, of.between(150, 300))
      return (await forecastAll(model, of.between(0, 300), { paths: 10 })).map((one) => one.json())
    }
    expect(await says(someSeries({ load: other }))).toEqual(await says(series))
  })
})

test('a model comes back from its file with them', async () => {
  const model = await calibrated(series, { transform: 'boxCox', differences: 24, output: meanSquaredError() })
  const again = decodeModel(encodeModel(model)) as Forecaster
  expect((await forecast(again, series)).json()).toEqual((await forecast(model, series)).json())
  const content = (change: object) => () => ({
    ...(model.content!() as object),
    coding: { ...model.coding, ...change } as never,
  })
  expect(() => decodeModel(encodeModel({ ...model, content: content({ differences: 0.5 }) }))).toThrow(
    'differences must be a whole number from 1',
  )
  const channels = [{ ...model.coding.channels[0], transform: { kind: 'root' } }]
  expect(() => decodeModel(encodeModel({ ...model, content: content({ channels }) }))).toThrow(
    'transform must be one of none, log, log1p, boxCox',
  )
})

test.each<readonly [string, Partial<ForecasterOptions>]>([
  ['a logarithm', { transform: 'log', output: told }],
  ['changes', { differences: 12, output: meanSquaredError() }],
  ['changes of a logarithm', { differences: 24, transform: 'log', output: meanSquaredError() }],
])('what gradients explain of %s adds up, in the units of the series', async (_, options) => {
  const model = forecaster(series, { ...small, ...options })
  await train(model, series, { epochs: 3, optimizer: adam({ lr: 1e-2 }) }).finish()
  const { gradients, difference, mean } = await explain(model, series)
  const sum = gradients!.flatMap((row) => [...row]).reduce((a, b) => a + b, 0)
  expect(Math.abs(sum - difference!)).toBeLessThan(0.02 * Math.max(1, Math.abs(difference!)))
  const { point } = await forecast(model, series)
  expect(mean).toBeCloseTo(point.reduce((a, b) => a + b, 0) / 24, 3)
})

describe('what cannot be', () => {
  const withZero = someSeries({ load: load.map((value, t) => (t === 7 ? 0 : value)) })
  test.each<readonly [string, Series, Partial<ForecasterOptions>, RegExp]>([
    [
      'a value',
      withZero,
      { transform: 'log' },
      /load is 0 at 2026-01-01 07:00; log takes values above 0; log1p takes 0/,
    ],
    ['a name', series, { transform: 'ln' as never }, /transform is 'ln'; it must be 'none', 'log', 'log1p', 'boxCox'/],
    ['counts', series, { transform: 'log', output: negativeBinomial() }, /output of counts/],
    [
      'counts less their last',
      series,
      { normalisation: 'last', output: negativeBinomial() },
      /normalisation is 'last'; it must be 'magnitude' with an output of counts/,
    ],
    ['changes of counts', series, { differences: 1, output: negativeBinomial() }, /output of counts/],
    ['quantiles of changes', series, { differences: 1, output: told }, /does not add up .*decoder: 'sampled'/],
    ['half a lag', series, { differences: 0.5, output: meanSquaredError() }, /differences/],
  ])('%s', (_, of, options, message) => {
    expect(() => forecaster(of, { ...small, ...options })).toThrow(message)
  })

  test('a value that the transform does not take, when it is asked', async () => {
    const model = forecaster(series, { ...small, transform: 'log' })
    await expect(forecast(model, withZero)).rejects.toThrow('forecast: load is 0 at 2026-01-01 07:00')
  })
})
