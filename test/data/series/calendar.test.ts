import Holidays from 'date-holidays'
import { describe, expect, test } from 'vitest'
import { series, type CalendarFeature, type SeriesOptions } from 'unrolled'
import { holidaysOf } from 'unrolled/node'
import { calendarOf } from '../../../src/data/series/index.ts'

const at = (text: string): number => Date.parse(text)
/** Where a pair of sine and cosine stands in its turn. */
const turn = (feature: CalendarFeature, time: string, zone?: string): number => {
  const [sine, cosine] = calendarOf({ calendar: [feature], ...(zone !== undefined && { zone }) }).values(at(time)) as [
    number,
    number,
  ]
  expect(Math.hypot(sine, cosine)).toBeCloseTo(1, 12)
  return (Math.atan2(sine, cosine) / (2 * Math.PI) + 1) % 1
}

const days = (count: number, from = '2023-12-20', step = 1) =>
  Array.from({ length: count }, (_, i) => ({ date: new Date(at(from) + i * step * 86_400_000), y: i % 7 }))

describe('calendar', () => {
  test.each<[CalendarFeature, string, number]>([
    ['hour of day', '2024-01-01T18:30Z', 18.5 / 24],
    ['day of week', '2024-01-01T18:00Z', 0],
    ['day of week', '1969-12-31T00:00Z', 2 / 7],
    ['day of month', '2024-02-29', 28 / 29],
    ['day of year', '2024-12-31', 365 / 366],
    ['day of year', '2023-01-01', 0],
    ['week', '2024-01-10', 7 / 366],
    ['month', '2024-12-31', 11 / 12],
    ['month', '1969-03-31', 2 / 12],
  ])('%s of %s', (feature, time, expected) => {
    expect(turn(feature, time)).toBeCloseTo(expected, 10)
  })

  test('is that of the zone', () => {
    expect(turn('hour of day', '2024-07-01T22:30Z', 'Europe/Berlin')).toBeCloseTo(0.5 / 24, 10)
    expect(turn('day of week', '2024-07-01T22:30Z', 'Europe/Berlin')).toBeCloseTo(1 / 7, 10)
    const { values, width } = calendarOf({
      calendar: ['holiday', 'month'],
      zone: 'Europe/Berlin',
      holidays: ['2024-12-25'],
    })
    const holidays = ['2024-12-24T22:59Z', '2024-12-24T23:00Z', '2024-12-25T22:59Z', '2024-12-25T23:00Z'].map(
      (time) => values(at(time))[0],
    )
    expect([holidays, width]).toEqual([[0, 1, 1, 0], 3])
    expect(() => calendarOf({ calendar: ['moon'] })).toThrow("calendar: feature is 'moon'; it must be hour of day")
  })

  test('what suits the frequency, of that what was seen for two turns', async () => {
    const made = async (count: number, step: number) =>
      (await series(days(count, '2020-01-01', step), { calendar: true })).calendar
    expect(await made(800, 1)).toEqual(['day of week', 'day of month', 'day of year'])
    expect(await made(100, 1)).toEqual(['day of week', 'day of month'])
    expect(await made(1000, 1 / 24)).toEqual(['hour of day', 'day of week'])
    expect(await made(120, 7)).toEqual(['week'])
    expect(await made(9, 1)).toEqual([])
  })
})

describe('holidays', () => {
  test('of a list, of a source by its years, of a country', async () => {
    const listed = await series(days(20), { holidays: ['2024-01-01', '2023-12-25'], season: 1 })
    expect([listed.holidays, listed.calendar, listed.found.slice(-2)]).toEqual([
      ['2023-12-25', '2024-01-01'],
      ['holiday'],
      ['calendar: holiday', 'the last holiday is 2024-01-01'],
    ])
    const years: number[] = []
    const own = await series(days(20), {
      holidays: {
        getHolidays(year) {
          years.push(year)
          const [start, end] = [new Date(`${year}-05-01T10:00Z`), new Date(`${year}-05-03T10:00Z`)]
          return [
            { date: `${year}-05-01 00:00:00`, start, end },
            { date: `${year}-06-01`, type: 'school' },
          ]
        },
      },
    })
    expect([years[0], years.at(-1)]).toEqual([2022, 2034])
    expect(own.holidays!.slice(0, 3)).toEqual(['2022-05-01', '2022-05-02', '2023-05-01'])
    const [german, bavarian] = await Promise.all(
      [new Holidays('DE'), await holidaysOf('DE-BY')].map((holidays) => series(days(20), { holidays, calendar: true })),
    )
    expect(german!.calendar).toEqual(['day of week', 'holiday'])
    expect([german!, bavarian!].map(({ holidays }) => holidays!.filter((date) => date.startsWith('2024-01')))).toEqual([
      ['2024-01-01'],
      ['2024-01-01', '2024-01-06'],
    ])
  })

  test.each<[SeriesOptions, string]>([
    [{ holidays: ['2024-02-30'] }, "holidays is '2024-02-30'; it must be a list of dates, each as 2026-12-25"],
    [{ holidays: 'DE' as never }, "holidays is 'DE'; it must be a list of dates, new Holidays('DE')"],
    [{ holidays: { getHolidays: () => [] } }, 'holidays are given, but none that is public from 2022 to 2034'],
    [{ calendar: 'holiday' }, "calendar has 'holiday', but no holidays are given"],
    [{ calendar: 'moon' as never }, "calendar is 'moon'; it must be 'hour of day', 'day of week'"],
  ])('%o', async (options, message) => {
    await expect(series(days(20), options)).rejects.toThrow(message)
  })

  test('of steps that are longer than a day, and of steps without dates, there are none', async () => {
    const holidays = ['2024-01-01']
    await expect(series(days(20, '2023-01-02', 7), { holidays })).rejects.toThrow(
      'a step is one week; holidays are of steps of a day or less',
    )
    for (const options of [{ calendar: 'month' }, { holidays }, { calendar: true, holidays }] as const) {
      await expect(series([{ y: 1 }, { y: 2 }], options)).rejects.toThrow(
        'the calendar tells of dates; there is no column of them',
      )
    }
    // What suits is asked for, not a feature of its own: of no dates nothing does.
    const undated = await series([{ y: 1 }, { y: 2 }], { calendar: true })
    expect(undated.calendar).toEqual([])
    expect(undated.found).toEqual((await series([{ y: 1 }, { y: 2 }])).found)
    await expect(holidaysOf('XX')).rejects.toThrow("holidaysOf: place is 'XX'; it must be of AD, AE")
    await expect(holidaysOf('DE-XX')).rejects.toThrow("place is 'DE-XX'; it must be of BB, BE")
  })
})
