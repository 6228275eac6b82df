import { describe, expect, test } from 'vitest'
import { series, table, type Channel, type Series, type SeriesOptions } from 'unrolled'
import { readingFrom } from '../../../src/data/series/index.ts'

const read = async (text: string, options: SeriesOptions = {}): Promise<Series> =>
  series(await table(text, { name: 'f.csv' }), options)
const plain = ({ time, ...channel }: Channel) => ({ ...channel, times: [0, 1, channel.steps].map(time) })

const head = 'shop,region,other,at,sales,weather,price\n'
const rows = ['a', 'b'].flatMap((shop) =>
  Array.from({ length: 50 }, (_, i) => {
    const at = new Date(Date.UTC(2024, 2, 20, 23) + i * 86_400_000).toISOString()
    return `${shop},${shop === 'a' ? 'north' : 'south'},2024-01-01,${at},${(i * 37) % 11},${['rain', 'snow', 'sun'][i % 3]},${i}`
  }),
)
const options: SeriesOptions = {
  time: 'at',
  series: 'shop',
  target: 'sales',
  known: 'price',
  past: 'weather',
  categories: 'region',
  zone: 'Europe/Berlin',
  calendar: true,
  holidays: ['2024-04-01'],
  season: 7,
  fill: 'zero',
}

describe('like', () => {
  test('other rows are read alike, also by what a file kept', async () => {
    const first = await read(head + rows.join('\n'), options)
    const reading = readingFrom(JSON.parse(JSON.stringify(first.reading)))
    expect(reading).toEqual(first.reading)
    for (const like of [first, { reading }]) {
      // Three rows of one shop: neither a frequency nor a season could be found, and there is no snow.
      const few = await read(`${head}${[rows[55], rows[56], rows[59]].join('\n')}`, { like })
      expect(few.channels.map(plain)).toEqual([
        {
          name: 'b · sales',
          id: 'b',
          target: 'sales',
          steps: 5,
          values: Float64Array.of(9, 2, 0, 0, 3),
          missing: Uint8Array.of(0, 0, 1, 1, 0),
          known: [Float64Array.of(5, 6, 7, 8, 9)],
          past: [Float64Array.of(0, 1, 1, 1, 1), new Float64Array(5), Float64Array.of(1, 0, 0, 0, 0)],
          categories: [1],
          times: [first.channels[1]!.time(5), first.channels[1]!.time(6), first.channels[1]!.time(10)],
        },
      ])
      const facts = ({ channels, name, found, ...rest }: Series) =>
        JSON.stringify({ ...rest, hash: '', description: '', longest: 0, count: 0 })
      expect(facts(few)).toBe(facts(first))
    }
  })

  test('steps of several rows are made again', async () => {
    const hours = Array.from(
      { length: 96 },
      (_, i) => `${new Date(Date.UTC(2024, 0, 1) + i * 3_600_000).toISOString()},${i}`,
    )
    const first = await read(`at,y\n${hours.join('\n')}`, { resample: { to: 'day', by: 'sum' } })
    const again = await read(`at,y\n${hours.slice(0, 60).join('\n')}`, { like: first })
    expect([...again.channels[0]!.values]).toEqual([...first.channels[0]!.values].slice(0, 2))
  })

  test('what differs is said', async () => {
    const like = await read(head + rows.join('\n'), options)
    const refusal = (text: string, more: SeriesOptions = {}) =>
      read(text, { like, ...more }).then(String, (error: Error) => error.message)
    const changed = (from: RegExp, to: string): string => head + rows.slice(0, 20).join('\n').replace(from, to)
    expect(await refusal(changed(/snow/, 'hail'))).toBe(
      `series: f.csv, row 3, column "weather" is 'hail'; known are "rain", "snow", "sun"`,
    )
    expect(await refusal(changed(/north/g, 'west'))).toBe(
      `series: f.csv, row 2, column "region" is 'west'; known are "north", "south"`,
    )
    expect(await refusal(changed(/rain|snow|sun/g, '1'))).toContain(
      'column "weather" holds no names; it held names before',
    )
    expect(await refusal(changed(/,sales/, ',sold').replace(head, head.replace('sales', 'sold')))).toContain(
      'has no column "sales"',
    )
    expect(await refusal(changed(/x/, ''), { past: 'price' })).toContain('leave out past')
    await expect(read('y\n1\n2\n', { like: {} as Series })).rejects.toThrow(
      'like is an object; it must be series, or a model',
    )
    for (const content of [
      1,
      {},
      { targets: ['y'], known: [{}] },
      { targets: ['y'], known: [], past: [], categories: [] },
    ]) {
      expect(() => readingFrom(content)).toThrow()
    }
  })
})
