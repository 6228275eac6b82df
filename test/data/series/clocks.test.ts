import { describe, expect, test } from 'vitest'
import { series, table, type Series, type SeriesOptions } from 'unrolled'
import { zoneOf } from '../../../src/data/series/zone.ts'

const read = async (text: string, options: SeriesOptions = {}): Promise<Series> =>
  series(await table(text, { name: 'f.csv' }), options)
const iso = (time: number): string => new Date(time).toISOString().slice(0, 16)
const hour = 3_600_000
const berlin = zoneOf('Europe/Berlin', 'test')

/** Rows of what clocks in Berlin show at some hours, and a count. */
const shown = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${iso(berlin.wall(Date.parse(from) + i * hour))},${i}`)

describe('zones', () => {
  test('clocks put forward and back, whole and half hours, and a day that never was', () => {
    const wall = (text: string): number => Date.parse(`${text}Z`)
    expect(berlin.times(wall('2024-03-31T02:30'))).toEqual([])
    expect(iso(berlin.time(wall('2024-03-31T02:30')))).toBe('2024-03-31T01:30')
    expect(berlin.times(wall('2024-10-27T02:30')).map(iso)).toEqual(['2024-10-27T00:30', '2024-10-27T01:30'])
    expect(berlin.times(wall('2024-10-27T03:00')).map(iso)).toEqual(['2024-10-27T02:00'])
    const island = zoneOf('Australia/Lord_Howe', 'test')
    expect(island.times(wall('2024-04-07T01:45')).map(iso)).toEqual(['2024-04-06T14:45', '2024-04-06T15:15'])
    expect(zoneOf('Pacific/Apia', 'test').times(wall('2011-12-30T12:00'))).toEqual([])
  })

  test('what clocks show is a time again, in every hour of a year', () => {
    for (const name of ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Africa/Casablanca', 'America/Havana']) {
      const zone = zoneOf(name, 'test')
      for (let time = Date.parse('2024-01-01'); time < Date.parse('2025-01-01'); time += hour / 2) {
        expect(zone.times(zone.wall(time))).toContain(time)
      }
    }
  })

  test('there is none of that name', async () => {
    await expect(read('date,y\n2024-01-01,1\n2024-01-02,2\n', { zone: 'Berlin' })).rejects.toThrow(
      "series: zone is 'Berlin'; it must be the name of a zone, as 'Europe/Berlin'",
    )
  })
})

describe('hours of clocks', () => {
  test('spring: an hour that never was is no gap; a row of it is left out, and said', async () => {
    const rows = shown('2024-03-30T12:00Z', 30)
    const made = await read(`at,y\n${rows.join('\n')}`, { zone: 'Europe/Berlin' })
    expect(made.frequency).toEqual({ unit: 'hour', count: 1 })
    const [{ steps, missing, time }] = made.channels as [(typeof made.channels)[0]]
    expect([steps, missing]).toEqual([30, undefined])
    expect(iso(time(0))).toBe('2024-03-30T12:00')
    rows.splice(13, 0, '2024-03-31T02:00,99')
    const odd = await read(`at,y\n${rows.join('\n')}`, { zone: 'Europe/Berlin' })
    expect(odd.channels[0]!.values).toEqual(made.channels[0]!.values)
    expect(odd.description).toContain('left out 1 row of an hour that never was, first f.csv, row 15, column "at"')
  })

  test('autumn: an hour that comes twice is two, by the order of the file, in either direction', async () => {
    for (const minutes of [60, 15]) {
      const start = Date.parse('2024-10-26T20:00Z')
      const rows = Array.from({ length: 60 }, (_, i) => `${iso(berlin.wall(start + i * minutes * 60_000))},${i}`)
      for (const file of [rows, rows.toReversed()]) {
        const made = await read(`at,y\n${file.join('\n')}`, { zone: 'Europe/Berlin' })
        const [{ values, missing, time }] = made.channels as [(typeof made.channels)[0]]
        expect([missing, iso(time(0))]).toEqual([undefined, '2024-10-26T20:00'])
        expect([...values]).toEqual(rows.map((_, i) => i))
        expect(made.description).toContain(
          `${60 / minutes} row${minutes === 60 ? '' : 's'} of an hour that came for the second time`,
        )
      }
    }
  })

  test('autumn: events at no even times, of which those behind the step back are of the second hour', async () => {
    const times = [
      '2024-10-27T01:40',
      '2024-10-27T02:10',
      '2024-10-27T02:50',
      '2024-10-27T02:05',
      '2024-10-27T02:55',
      '2024-10-27T03:20',
    ]
    const made = await read(`at,y\n${times.map((time) => `${time},1`).join('\n')}`, {
      zone: 'Europe/Berlin',
      resample: { to: 'hour', by: 'sum' },
    })
    expect([...made.channels[0]!.values]).toEqual([1, 2, 2, 1])
  })

  test('autumn: where the hour stands once, the other is a gap', async () => {
    const rows = shown('2024-10-26T20:00Z', 20)
    rows.splice(5, 1)
    const made = await read(`at,y\n${rows.join('\n')}`, { zone: 'Europe/Berlin' })
    expect(made.channels[0]!.missing!.indexOf(1)).toBe(5)
    expect(made.channels[0]!.steps).toBe(20)
  })

  test('without a zone clocks are UTC’s: the double hour is a row that was there already', async () => {
    await expect(read(`at,y\n${shown('2024-10-26T20:00Z', 20).join('\n')}`)).rejects.toThrow(
      '2024-10-27 02:00 was there already',
    )
  })

  test('times that tell their zone need no guess, and no order', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => {
      const time = Date.parse('2024-10-26T20:00Z') + i * hour
      const east = (berlin.wall(time) - time) / hour
      return `${iso(berlin.wall(time))}:00+0${east}:00,${i}`
    })
    const made = await read(`at,y\n${[...rows.slice(9), ...rows.slice(0, 9)].join('\n')}`, { zone: 'Europe/Berlin' })
    expect([...made.channels[0]!.values]).toEqual(rows.map((_, i) => i))
    await expect(read(`at,y\n${rows.join('\n')}\n2024-11-01T00:00,3`, { zone: 'Europe/Berlin' })).rejects.toThrow(
      'zone is Europe/Berlin, but column "at" of f.csv holds some times that tell their zone, and some that do not',
    )
  })

  test('every six hours of clocks stay where they are', async () => {
    const walls = Array.from({ length: 40 }, (_, i) => `${iso(Date.parse('2024-03-28T00:00Z') + i * 6 * hour)},${i}`)
    const made = await read(`at,y\n${walls.join('\n')}`, { zone: 'Europe/Berlin' })
    expect(made.frequency).toEqual({ unit: 'hour', count: 6 })
    const [{ values, time }] = made.channels as [(typeof made.channels)[0]]
    expect([...values]).toEqual(walls.map((_, i) => i))
    expect([12, 13].map((step) => iso(time(step)))).toEqual(['2024-03-30T23:00', '2024-03-31T04:00'])
    // In UTC they are six hours apart, whatever clocks in Berlin show.
    const passing = await read(`at,y\n${walls.map((row) => row.replace(',', 'Z,')).join('\n')}`, {
      zone: 'Europe/Berlin',
    })
    expect(iso(passing.channels[0]!.time(13))).toBe('2024-03-31T06:00')
  })
})

describe('days of clocks', () => {
  test.each(['2024-03-25', '2024-10-22'])('days from %s are 23 or 25 hours long, and one step each', async (from) => {
    const dates = Array.from({ length: 12 }, (_, i) => iso(Date.parse(from) + i * 24 * hour).slice(0, 10))
    const made = await read(`at,y\n${dates.map((date, i) => `${date},${i}`).join('\n')}`, { zone: 'Europe/Berlin' })
    const [{ time, values }] = made.channels as [(typeof made.channels)[0]]
    expect(dates.map((_, i) => iso(berlin.wall(time(i))))).toEqual(dates.map((date) => `${date}T00:00`))
    // The same midnights, told in UTC.
    const told = dates.map((_, i) => `${new Date(time(i)).toISOString()},${i}`)
    const same = await read(`at,y\n${told.join('\n')}`, { zone: 'Europe/Berlin' })
    expect([same.frequency, same.channels[0]!.values]).toEqual([{ unit: 'day', count: 1 }, values])
    expect(iso(same.channels[0]!.time(30))).toBe(iso(time(30)))
    await expect(read(`at,y\n${told.join('\n')}`, { frequency: { unit: 'hour', count: 24 } })).rejects.toThrow(
      'is no step',
    )
  })

  test('an hour that never was is of its day', async () => {
    const made = await read('at,y\n2024-03-30T02:30,1\n2024-03-31T02:30,2\n2024-04-01T02:30,3\n', {
      zone: 'Europe/Berlin',
    })
    expect([...made.channels[0]!.values]).toEqual([1, 2, 3])
    expect(iso(made.channels[0]!.time(2))).toBe('2024-04-01T00:30')
  })

  test('a date without a zone is of the series’', async () => {
    const rows = shown('2024-03-29T23:00Z', 72)
    const made = await read(`at,y\n${rows.join('\n')}`, { zone: 'Europe/Berlin' })
    expect(made.between('2024-03-31', '2024-04-01').channels[0]!.steps).toBe(23)
    expect(made.between('2024-03-31T02:00Z', new Date('2024-03-31T05:00Z')).channels[0]!.values[0]).toBe(27)
    for (const bound of ['yesterday', '31/03/2024', 1.5, new Date(NaN)]) {
      expect(() => made.between(bound)).toThrow('it must be a whole number of steps, or a date as 2026-03-01')
    }
  })
})
