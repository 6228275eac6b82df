import { describe, expect, test } from 'vitest'
import { series, type Frequency } from 'unrolled'
import { frequencyOf } from '../../../src/data/series/frequency-of.ts'
import { gridOf } from '../../../src/data/series/grid.ts'
import { zoneOf } from '../../../src/data/series/zone.ts'

const utc = zoneOf(undefined, 'test')
const at = Date.parse('2024-01-31T06:30:00Z')
const iso = (time: number): string => new Date(time).toISOString().slice(0, 16)

const frequencies = [
  '5 milliseconds',
  '1 second',
  '30 seconds',
  '15 minutes',
  'hour',
  '6 hours',
  'day',
  '10 days',
  'week',
  '2 weeks',
  'business day',
  'month',
  '2 months',
  'quarter',
  'year',
].map((text): [string, Frequency] => [text, frequencyOf(text, 'test', 'frequency')])

test.each(frequencies)(
  'steps of %s: found again, also where some are missing, each where it was',
  async (_, frequency) => {
    const { step, time } = gridOf(frequency, [at], utc)
    for (let i = -40; i < 40; i++) expect(step(time(i))).toBe(i)
    const steps = Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 17 !== 3)
    const made = await series(steps.map((i) => ({ at: new Date(time(i)), y: i })))
    expect(made.frequency).toEqual(frequency)
    const [{ values, time: own }] = made.channels as [(typeof made.channels)[0]]
    expect([...values]).toEqual(Array.from({ length: 60 }, (_, i) => (i % 17 === 3 ? i - 1 : i)))
    expect([-3, 0, 59, 70].map(own)).toEqual([-3, 0, 59, 70].map(time))
  },
)

describe('months', () => {
  test('of unequal length: on their last day, where all are, or on the day of the first, where there is one', () => {
    const month = { unit: 'month', count: 1 } as const
    const on = (...dates: string[]) =>
      gridOf(
        month,
        dates.map((date) => Date.parse(date)),
        utc,
      )
    const days = ({ time }: ReturnType<typeof on>) => [0, 1, 2, 10].map((i) => iso(time(i)).slice(0, 10))
    expect(days(on('2024-04-30', '2024-05-31'))).toEqual(['2024-04-30', '2024-05-31', '2024-06-30', '2025-02-28'])
    expect(days(on('2024-04-30', '2024-05-30'))).toEqual(['2024-04-30', '2024-05-30', '2024-06-30', '2025-02-28'])
    expect(days(on('2024-01-31'))).toEqual(['2024-01-31', '2024-02-29', '2024-03-31', '2024-11-30'])
  })

  test('whatever the day within them, where months are asked for', async () => {
    const made = await series(
      ['2024-01-03', '2024-02-01', '2024-03-09', '2024-05-02'].map((date, y) => ({ date: new Date(date), y })),
      { frequency: 'month' },
    )
    expect([...made.channels[0]!.values]).toEqual([0, 1, 2, 2, 3])
  })
})

test('business days count from Monday to Friday, a weekend between them', () => {
  const { step, time } = gridOf({ unit: 'business day', count: 1 }, [Date.parse('2024-01-04')], utc)
  const steps = ['2024-01-03', '2024-01-05', '2024-01-06', '2024-01-07', '2024-01-08', '2024-01-11'].map((date) =>
    step(Date.parse(date)),
  )
  expect(steps).toEqual([-1, 1, 1.5, 1.5, 2, 5])
  expect([-4, 2].map((i) => iso(time(i)).slice(0, 10))).toEqual(['2023-12-29', '2024-01-08'])
})
