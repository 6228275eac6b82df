import { expect, test } from 'vitest'
import { forecastByRule, rules } from '../../src/index.ts'
import { someSeries, wave } from './some-series.ts'

const sold = Array.from({ length: 120 }, (_, t) => t % 5)
const series = someSeries({ load: wave(120, { level: 0 }), sold })

test('a rule says of each channel what it says of its past, with three horizons of history', async () => {
  const all = await forecastByRule('seasonal naive', series, { horizon: 6 })
  expect(all.map(({ name }) => name)).toEqual(['load', 'sold'])
  const [load] = all
  const said = rules['seasonal naive']({ values: series.channels[0]!.values }, 6, 24)
  expect([...load!.point]).toEqual([...said.point])
  expect([...load!.quantile(0.9)]).toEqual([...said.quantile(0.9)])
  expect(load!.history.values.length).toBe(18)
  expect((await forecastByRule('naive', series, { horizon: 6, history: 7 }))[0]!.history.values.length).toBe(7)
})

test('what was never below 0 is not said to be, other series are', async () => {
  const [load, counts] = await forecastByRule('naive', series, { horizon: 12, levels: [0.001, 0.9] })
  const raw = series.channels.map((channel) => rules.naive(channel, 12, 24).quantile(0.001))
  expect(raw.every((row) => row[11]! < 0)).toBe(true)
  expect([...load!.quantile(0.001)]).toEqual([...raw[0]!])
  expect([...counts!.quantile(0.001)]).toEqual([...raw[1]!].map((value) => Math.max(0, value)))
})

test.each([
  ['a rule that is none', 'naiv', { horizon: 6 }, /rule is 'naiv'; it must be seasonal naive, naive, drift, mean/],
  ['no horizon', 'naive', {}, /horizon/],
  ['a history of none', 'naive', { horizon: 6, history: 0 }, /history/],
])('%s is refused', async (_, rule, options, message) => {
  await expect(forecastByRule(rule as 'naive', series, options as { horizon: number })).rejects.toThrow(message)
})
