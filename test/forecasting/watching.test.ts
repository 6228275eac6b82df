import { expect, test } from 'vitest'
import {
  adam,
  anomalies,
  calibrate,
  explain,
  forecast,
  forecaster,
  gru,
  normal,
  quantiles,
  train,
  watch,
  type Forecaster,
  type ForecasterOptions,
} from '../../src/index.ts'
import type { Series } from '../../src/data/index.ts'
import { someSeries, wave } from './some-series.ts'

const small: ForecasterOptions = {
  cell: gru,
  hidden: 16,
  context: 48,
  horizon: 24,
  segment: 12,
  output: quantiles(0.1, 0.5, 0.9),
  seed: 1,
}

const known = wave(500, { seed: 7 })
const past = wave(500, { seed: 8 })

/** The first so many steps of a series with what is known ahead, all of it, and what is known up to now. */
const covered = (steps: number): Series =>
  someSeries(
    { load: wave(400).subarray(0, steps) },
    { known: ['promised'], past: ['measured'], channel: () => ({ known: [known], past: [past.subarray(0, steps)] }) },
  )

async function trained(series: Series, options: Partial<ForecasterOptions> = {}): Promise<Forecaster> {
  const model = forecaster(series, { ...small, ...options })
  await train(model, series, { epochs: 4, batch: 64, optimizer: adam({ lr: 1e-2 }) }).finish()
  return model
}

test('who watches a series is told what a forecast of the whole series says, step by step', async () => {
  const model = await trained(covered(300))
  const session = await watch(model, covered(300))
  for (let step = 300; step < 304; step++) {
    const said = await session.push({ value: wave(400)[step]!, past: { measured: past[step]! } })
    expect(said.json()).toEqual((await forecast(model, covered(step + 1))).json())
  }
  expect(session.steps).toBe(304)
})

test('one of several series is watched by its name', async () => {
  const [load, other] = [wave(301), wave(301, { seed: 2, level: 50 })]
  const both = (steps: number): Series => someSeries({ load: load.subarray(0, 300), other: other.subarray(0, steps) })
  const model = await trained(both(300))
  const session = await watch(model, both(300), { of: 'other' })
  expect((await session.push(other[300]!)).json()).toEqual((await forecast(model, both(301), { of: 'other' })).json())
  await expect(watch(model, both(300))).rejects.toThrow(/say which one/)
})

test('what would come if does not touch what comes', async () => {
  const model = await trained(covered(300))
  const session = await watch(model, covered(300))
  const other = session.fork()
  const if_ = await other.push({ value: 1000, past: { measured: 0 } })
  expect(session.steps).toBe(300)
  expect([...(await session.forecast()).point]).not.toEqual([...if_.point])
  expect((await session.forecast()).json()).toEqual((await forecast(model, covered(300))).json())
})

test('an observation without what the model reads is refused, and nothing is taken', async () => {
  const session = await watch(forecaster(covered(300), small), covered(300))
  await expect(session.push(100)).rejects.toThrow('watch: measured of step 300 is undefined; it must be a number')
  await expect(session.push({ value: NaN, past: { measured: 1 } })).rejects.toThrow('the value of step 300 is NaN')
  await expect(session.push('9' as never)).rejects.toThrow("the value of step 300 is '9'; it must be a number")
  await expect(session.push({ val: 3 } as never)).rejects.toThrow('watch: push: there is no option val')
  expect(session.steps).toBe(300)
})

test('an observation behind which too little is known ahead is refused, and nothing is taken', async () => {
  const short = someSeries(
    { load: wave(300) },
    { known: ['promised'], channel: () => ({ known: [known.subarray(0, 324)] }) },
  )
  const session = await watch(forecaster(short, small), short)
  await expect(session.push(100)).rejects.toThrow('promised, known ahead, load has 23 steps behind its last value')
  expect(session.steps).toBe(300)
})

test('observations pushed at once are taken one after the other', async () => {
  const model = await trained(covered(300))
  const session = await watch(model, covered(300))
  const said = await Promise.all(
    [300, 301, 302].map((step) => session.push({ value: wave(400)[step]!, past: { measured: past[step]! } })),
  )
  expect(session.steps).toBe(303)
  expect(said[2]!.json()).toEqual((await forecast(model, covered(303))).json())
})

test('anomalies are found where they were put, and hardly any where all is usual', async () => {
  const usual = someSeries({ load: wave(1600, { noise: 3 }) })
  const model = await trained(usual.between(0, 800), { output: normal() })
  await calibrate(model, usual.between(800, 1100))
  const values = wave(400, { noise: 3, seed: 5 })
  values[200]! += 40
  values[300]! -= 40
  const shares: number[] = []
  const report = await anomalies(model, someSeries({ load: values }), {
    usual: usual.between(1100),
    falseAlarms: 0.01,
    progress: (share) => shares.push(share),
  })
  expect(shares).toEqual([...shares].sort((a, b) => a - b))
  expect([shares.includes(0.5), shares.at(-1)]).toEqual([true, 1])
  const steps = report.found.map(({ step }) => step)
  expect(steps).toContain(200)
  expect(steps).toContain(300)
  // What comes after one may be surprising too: it is seen as the last value.
  expect(report.found.filter(({ step }) => step < 200).length).toBeLessThan(10)
  expect(report.scores['load']![10]).toBeNaN()
  expect(report.table()).toContain('load')
  await expect(anomalies(model, usual, { usual: usual.between(1500), falseAlarms: 1e-5 })).rejects.toThrow(
    /there must be 99999/,
  )
})

test('gradients that are integrated sum up to what they explain', async () => {
  for (const output of [quantiles(0.1, 0.5, 0.9), normal()]) {
    const model = await trained(covered(300), { output })
    const { gradients, difference, inputs, lags, mean, occlusion, table } = await explain(model, covered(300))
    const sum = gradients!.flatMap((row) => [...row]).reduce((a, b) => a + b, 0)
    expect(Math.abs(sum - difference!)).toBeLessThan(0.02 * Math.max(1, Math.abs(difference!)))
    expect(inputs).toEqual(['load', 'promised', 'measured'])
    expect(lags).toEqual([
      [48, 37],
      [36, 25],
      [24, 13],
      [12, 1],
    ])
    expect(occlusion.length).toBe(3)
    const { point } = await forecast(model, covered(300))
    expect(mean).toBeCloseTo(point.reduce((a, b) => a + b, 0) / 24, 4)
    expect(table()).toContain('measured')
  }
})

test('what cannot be forecast cannot be explained', async () => {
  const model = forecaster(covered(300), small)
  const short = someSeries(
    { load: wave(300) },
    { known: ['promised'], past: ['measured'], channel: () => ({ known: [known.subarray(0, 323)], past: [past] }) },
  )
  await expect(explain(model, short)).rejects.toThrow(
    'explain: of promised, known ahead, load has 23 steps behind its last value; the model needs 24',
  )
  await expect(explain(model, covered(47))).rejects.toThrow('explain: load has 47 steps; the model reads 48')
})

test('the calendar is no part of an explanation: what the rest is told adds up without it', async () => {
  const dated = someSeries({ load: wave(300) }, { calendar: ['hour of day', 'day of week'] })
  const { gradients, difference, inputs } = await explain(await trained(dated), dated)
  expect(inputs).toEqual(['load'])
  const sum = gradients![0]!.reduce((a, b) => a + b, 0)
  expect(Math.abs(sum - difference!)).toBeLessThan(0.02 * Math.max(1, Math.abs(difference!)))
})

test('what a model does not look at explains nothing', async () => {
  const model = forecaster(covered(300), small)
  const weight = model.parameters['encoder.enter.weight']!
  const columns = weight.shape[1]!
  // Columns of a segment: values, what is known ahead, what is measured.
  for (let row = 0; row < weight.shape[0]!; row++) weight.data.fill(0, row * columns + 24, row * columns + 36)
  const { occlusion, gradients } = await explain(model, covered(300))
  expect([...occlusion[2]!].every((value) => Math.abs(value) < 1e-6)).toBe(true)
  expect([...gradients![2]!].every((value) => value === 0)).toBe(true)
  expect([...occlusion[0]!].some((value) => Math.abs(value) > 1e-3)).toBe(true)
  expect([...occlusion[1]!].some((value) => Math.abs(value) > 1e-3)).toBe(true)
  // What is looked at does, also of what is known ahead.
  for (const row of [0, 1]) expect([...gradients![row]!].some((value) => Math.abs(value) > 1e-4)).toBe(true)
})
