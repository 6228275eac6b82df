import { describe, expect, test } from 'vitest'
import { series, table, type Series, type SeriesOptions } from 'unrolled'

const read = async (text: string, options: SeriesOptions = {}): Promise<Series> =>
  series(await table(text, { name: 'f.csv' }), options)
const valuesOf = ({ channels }: Series): number[] => [...channels[0]!.values]
const at = (from: string, minutes: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.parse(from) + i * minutes * 60_000).toISOString().slice(0, 16))

describe('resample', () => {
  const days = at('2024-01-01T00:00Z', 360, 12).map((time, i) => `${time},${i}`)
  test.each([
    ['sum', [6, 22, 38]],
    ['mean', [1.5, 5.5, 9.5]],
    ['min', [0, 4, 8]],
    ['max', [3, 7, 11]],
    ['first', [0, 4, 8]],
    ['last', [3, 7, 11]],
  ] as const)('days of six hours each: %s', async (by, values) => {
    const made = await read(`at,y\n${days.join('\n')}`, { resample: { to: 'day', by } })
    expect([valuesOf(made), made.frequency, made.channels[0]!.time(1)]).toEqual([
      values,
      { unit: 'day', count: 1 },
      Date.parse('2024-01-02'),
    ])
    expect(made.found).toContain(`y: the ${by} of each day`)
  })

  test('steps at the ends that are not whole are left out, those between that lack rows are told of', async () => {
    const rows = days.filter((_, i) => i !== 0 && i !== 5)
    const made = await read(`at,y\n${rows.join('\n')}\n2024-01-04T00:00,99`, { resample: { to: 'day', by: 'sum' } })
    expect(valuesOf(made)).toEqual([17, 38])
    expect(made.found).toContain(
      'y: the sum of each day, 2 steps at the ends left out, being no whole day, 1 step of which rows are missing',
    )
    await expect(read(`at,y\n${days.slice(1, 7).join('\n')}`, { resample: { to: 'day', by: 'sum' } })).rejects.toThrow(
      'f.csv, row 2, column "y" and what follows fill no whole step of one day',
    )
  })

  test('events: the sum of none is 0, any other rule leaves a gap', async () => {
    const text =
      'at,y\n2024-01-01T08:13,5\n2024-01-01T09:40,1\n2024-01-03T23:59,2\n2024-01-03T23:59,2\n2024-01-04T00:01,7\n'
    const sum = await read(text, { resample: { to: 'day', by: 'sum' } })
    expect([valuesOf(sum), sum.channels[0]!.missing]).toEqual([[6, 0, 4, 7], undefined])
    expect(sum.found).toContain('y: the sum of each day, 0 in 1 step without a row')
    const mean = await read(text, { resample: { to: 'day', by: 'mean' } })
    expect([valuesOf(mean), [...mean.channels[0]!.missing!]]).toEqual([
      [3, 3, 2, 7],
      [0, 1, 0, 0],
    ])
  })

  test.each([
    ['15 minutes', '2024-01-01T10:37', '2024-01-01T10:30'],
    ['6 hours', '2024-01-01T10:37', '2024-01-01T06:00'],
    ['day', '2024-01-01T10:37', '2024-01-01T00:00'],
    ['week', '2024-01-03T10:37', '2024-01-01T00:00'],
    ['week', '2024-01-07T10:37', '2024-01-01T00:00'],
    ['business day', '2024-01-06T10:37', '2024-01-05T10:37'],
    ['month', '2024-02-29T10:37', '2024-02-01T00:00'],
    ['quarter', '2024-05-02T10:37', '2024-04-01T00:00'],
    ['6 months', '2024-12-02T10:37', '2024-07-01T00:00'],
    ['year', '2024-12-02T10:37', '2024-01-01T00:00'],
  ])('steps of %s begin where the calendar says: %s in %s', async (to, time, begin) => {
    const later = new Date(Date.parse(`${time}Z`) + 400 * 86_400_000 + 12_345).toISOString()
    const made = await read(`at,y\n${time},1\n${later},1\n`, { resample: { to, by: 'last' } })
    expect(new Date(made.channels[0]!.time(0)).toISOString().slice(0, 10)).toBe(begin.slice(0, 10))
    if (to !== 'business day') expect(new Date(made.channels[0]!.time(0)).toISOString().slice(0, 16)).toBe(begin)
  })

  test('days of a zone: 23 and 25 hours', async () => {
    for (const [from, hours] of [
      ['2024-03-29T23:00Z', 23],
      ['2024-10-25T22:00Z', 25],
    ] as const) {
      const rows = at(from, 60, 24 + hours + 24).map((time) => `${time}Z,1`)
      const made = await read(`at,y\n${rows.join('\n')}`, { zone: 'Europe/Berlin', resample: { to: 'day', by: 'sum' } })
      expect(valuesOf(made)).toEqual([24, hours, 24])
    }
  })

  test('a rule for each column; names count as what is there', async () => {
    const rows = at('2024-01-01T00:00Z', 720, 4).map((time, i) => `${time},${i},${10 * i},${i < 3 ? 'wet' : 'dry'}`)
    const options = { target: 'y', past: ['p', 'sky'] } as const
    const made = await read(`at,y,p,sky\n${rows.join('\n')}`, {
      ...options,
      resample: { to: 'day', by: { y: 'sum', p: 'max', sky: 'mean' } },
    })
    expect([valuesOf(made), made.past, made.channels[0]!.past.map((column) => [...column])]).toEqual([
      [1, 5],
      ['p', 'sky=dry', 'sky=wet'],
      [
        [10, 30],
        [0, 0.5],
        [1, 0.5],
      ],
    ])
    await expect(
      read(`at,y,p,sky\n${rows.join('\n')}`, { ...options, resample: { to: 'day', by: { y: 'sum' } } }),
    ).rejects.toThrow('resample.by says nothing of p')
  })

  test('a target whose last day is not over yet, though more is known ahead', async () => {
    const rows = at('2024-01-01T00:00Z', 360, 16).map((time, i) => `${time},${i < 10 ? 1 : ''},${i}`)
    const made = await read(`at,y,k\n${rows.join('\n')}`, {
      target: 'y',
      known: 'k',
      resample: { to: 'day', by: 'sum' },
    })
    expect([valuesOf(made), [...made.channels[0]!.known[0]!]]).toEqual([
      [4, 4],
      [6, 22, 38, 54],
    ])
  })

  test('what cannot be is said', async () => {
    const text = `at,y\n${days.join('\n')}`
    await expect(read(text, { resample: { to: '10 minutes', by: 'mean' } })).rejects.toThrow(
      'resample.to is 10 minutes, but a step of f.csv is one 6 hours; steps are made of several rows',
    )
    await expect(read(text, { frequency: 'hour', resample: { to: 'day', by: 'mean' } })).rejects.toThrow(
      "frequency is 'hour'; it must be left out",
    )
    await expect(read(text, { resample: { to: 'day', by: 'middle' as 'mean' } })).rejects.toThrow(
      "resample.by is 'middle'",
    )
    await expect(read(`${text}\n${days[0]}`, { resample: { to: 'day', by: 'sum' } })).rejects.toThrow(
      '2024-01-01 was there already in f.csv, row 2',
    )
    expect(
      valuesOf(await read(`${text}\n${days[3]}`, { resample: { to: 'day', by: 'sum' }, duplicates: 'first' })),
    ).toEqual([6, 22, 38])
  })
})
