import { describe, expect, test } from 'vitest'
import { series, table, type Channel, type Series, type SeriesOptions } from 'unrolled'

const read = async (text: string, options: SeriesOptions = {}): Promise<Series> =>
  series(await table(text, { name: 'f.csv' }), options)
const refusal = (text: string, options: SeriesOptions = {}): Promise<string> =>
  read(text, options).then(
    (made) => `none: ${made.description}`,
    (error: Error) => error.message,
  )
/** All of a channel but its functions, with its times. */
const plain = ({ time, ...channel }: Channel) => ({ ...channel, times: [-2, 0, 1, channel.steps + 2].map(time) })

/** Numbers in 0 … 1 that follow from a seed. */
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}
const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)

describe('series', () => {
  test('the order of rows does not matter, and is said', async () => {
    const next = random(7)
    const rows = ['a', 'b'].flatMap((shop) =>
      Array.from(
        { length: 40 },
        (_, i) =>
          `${shop},${shop === 'a' ? 'north' : 'south'},${day(i)},${i % 7},${i % 5 === 3 ? '' : i},${i % 2 === 0 ? 'wet' : 'dry'}`,
      ),
    )
    const head = 'shop,region,date,sales,price,sky\n'
    const options = { series: 'shop', target: 'sales', known: ['price', 'sky'], categories: 'region' }
    const first = await read(head + rows.join('\n'), options)
    expect(first.description).not.toContain('in order')
    for (let i = 0; i < 5; i++) {
      const shuffled = rows
        .map((row) => [next(), row] as const)
        .sort(([a], [b]) => a - b)
        .map(([, row]) => row)
      const again = await read(head + shuffled.join('\n'), options)
      expect(again.channels.map(plain)).toEqual(first.channels.map(plain))
      expect(again.categories).toEqual([{ name: 'region', values: ['north', 'south'] }])
      expect(again.description).toMatch(/\d+ rows put in order/)
      expect(again.hash).toBe(first.hash)
    }
  })

  test('long and wide say the same, also where series begin and end apart', async () => {
    const long: string[] = []
    const wide: string[] = []
    for (let i = 0; i < 30; i++) {
      const values = { a: i > 4 ? i * i : '', b: i < 25 && i !== 9 ? 3 * i : '' }
      for (const [id, value] of Object.entries(values)) long.push(`${id},${day(i)},${value},${i / 2}`)
      wide.push(`${day(i)},${values.a},${values.b},${i / 2}`)
    }
    const one = await read(`id,date,y,price\n${long.join('\n')}`, { series: 'id', target: 'y', known: 'price' })
    const other = await read(`date,a,b,price\n${wide.join('\n')}`, { known: 'price' })
    const bare = (made: Series) => made.channels.map(plain).map(({ name, id, target, ...rest }) => rest)
    expect(bare(one)).toEqual(bare(other))
    expect(one.channels.map(({ name }) => name)).toEqual(['a · y', 'b · y'])
    expect(other.channels.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(other.channels.map(({ steps, known }) => [steps, known[0]!.length])).toEqual([
      [25, 25],
      [25, 30],
    ])
  })

  test('rows without a target behind its last are the future: what is known ahead goes on', async () => {
    const made = await read(
      'date,y,price,wind\n2024-01-01,1,5,1\n2024-01-02,2,6,\n2024-01-03,,7,9\n2024-01-04,,8,9\n2024-01-05,,,9\n',
      {
        target: 'y',
        known: 'price',
        past: 'wind',
      },
    )
    const [channel] = made.channels
    expect([[...channel!.values], [...channel!.known[0]!], [...channel!.past[0]!]]).toEqual([
      [1, 2],
      [5, 6, 7, 8],
      [1, 1],
    ])
    expect(made.found).toContain('price is known for 2 steps ahead')
    expect(made.found).toContain('filled of covariates: 1 of wind')
  })

  test.each([
    ['last', [1, 1, 1, 4]],
    ['zero', [1, 0, 0, 4]],
  ] as const)('gaps are filled: %s', async (fill, values) => {
    const made = await read('date,y\n2024-01-01,1\n2024-01-02,\n2024-01-04,4\n', { fill, frequency: 'day' })
    expect([...made.channels[0]!.values]).toEqual(values)
    expect([...made.channels[0]!.missing!]).toEqual([0, 1, 1, 0])
    expect(made.description).toContain('2 missing values filled')
  })

  test('nothing of the past knows of what comes later; what is known ahead may', async () => {
    const text = (end: number): string =>
      `date,y,past,known\n2024-01-01,1,1,1\n2024-01-02,,,\n2024-01-03,,,\n2024-01-04,${end},${end},${end}\n`
    const [one, other] = await Promise.all(
      [4, 70].map((end) => read(text(end), { target: 'y', past: 'past', known: 'known' })),
    )
    const before = ({ channels: [channel] }: Series) =>
      [channel!.values, ...channel!.past].map((column) => [...column].slice(0, 3))
    expect(before(one!)).toEqual(before(other!))
    expect([...one!.channels[0]!.known[0]!]).toEqual([1, 2, 3, 4])
  })

  test('rows of one time become one by a rule', async () => {
    const text = 'date,y,open\n2024-01-01,1,true\n2024-01-02,5,false\n2024-01-02,2,true\n2024-01-03,4,false\n'
    const values = { mean: 3.5, sum: 7, min: 2, max: 5, first: 5, last: 2 }
    for (const [duplicates, value] of Object.entries(values)) {
      const made = await read(text, { duplicates: duplicates as 'sum', past: 'open' })
      expect([...made.channels[0]!.values]).toEqual([1, value, 4])
      expect(made.channels[0]!.past[0]![1]).toBe(duplicates === 'first' || duplicates === 'min' ? 0 : 1)
      expect(made.description).toContain('1 row of a time that was there already')
    }
  })

  test('a part is what is read of its rows', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${day(i)},${(i * 37) % 11},${i}`)
    const part = (from: number, to: number) =>
      read(`date,y,k\n${rows.slice(from, to).join('\n')}`, { target: 'y', past: 'k' })
    const all = await part(0, 60)
    for (const [from, to] of [
      [0, 30],
      [7, 60],
      [13, 41],
    ] as const) {
      const own = await part(from, to)
      expect(all.between(from, to).channels.map(plain)).toEqual(own.channels.map(plain))
      expect(all.between(day(from), to === 60 ? undefined : day(to)).channels.map(plain)).toEqual(
        own.channels.map(plain),
      )
    }
  })

  test('some channels alone are the same, in the order given, and nothing is made of them before it is asked for', async () => {
    const all = await read('date,id,y\n2024-01-01,a,5\n2024-01-01,b,1\n2024-01-02,a,6\n2024-01-02,b,2\n', {
      series: 'id',
    })
    const [a, b] = all.channels
    const both = all.of([b!.name, a!.name])
    expect(both.channels).toEqual([b, a])
    expect(all.of([b!.name])).toMatchObject({ channels: [b], found: all.found, reading: all.reading, kind: 'series' })
    expect(all.of([b!.name]).count).toBe(1)
    expect(Object.getOwnPropertyDescriptor(both, 'hash')?.get).toBeTypeOf('function')
    expect(() => all.of([`${a!.name}x`])).toThrow(`series: there is no series ${a!.name}x; did you mean ${a!.name}?`)
  })

  test('without dates rows are steps, in each series; a column that counts is the time', async () => {
    const steps = await read('id,y\na,5\nb,1\na,6\nb,2\na,9\n', { series: 'id' })
    expect(steps.channels.map(({ values }) => [...values])).toEqual([
      [5, 6, 9],
      [1, 2],
    ])
    expect(steps.description).toContain('rows are steps')
    const years = await read('year,temp\n1990,1\n1995,3\n2000,2\n')
    expect([years.targets, years.frequency, years.channels[0]!.time(3)]).toEqual([
      ['temp'],
      { unit: 'step', count: 5 },
      2005,
    ])
  })

  test('what is odd but right is told of', async () => {
    const made = await read('date,a,b\n2999-01-01,1,1\n2999-01-02,1,2\n')
    expect(made.description).toContain('constant: a; observed in the future: a, b')
    const gap = await read('date,y\n2024-01-01,1\n2024-01-02,2\n2024-02-01,1\n2024-02-02,1\n2024-02-03,1\n')
    expect(gap.description).toContain(
      '29 missing values filled with the one before: 29 of y; long gaps: 29 steps of y from 2024-01-03',
    )
  })
})

describe('what is wrong names its row, column and series', () => {
  const days = (count: number): string => Array.from({ length: count }, (_, i) => `${day(i)},${i}\n`).join('')
  test.each<[string, string, SeriesOptions, string]>([
    [
      'one observation',
      'date,y\n2024-01-01,\n2024-01-02,5\n',
      {},
      'series: f.csv, row 3, column "y" has one observation; at least two are needed',
    ],
    [
      'one of a series',
      'id,date,y\na,2024-01-01,1\na,2024-01-02,2\nb,2024-01-01,1\n',
      { series: 'id' },
      'series: f.csv, row 4, column "date" of b is the only time',
    ],
    [
      'an empty target',
      'date,y,z\n2024-01-01,,1\n2024-01-02,,2\n',
      { target: 'y' },
      'series: f.csv: column "y" holds text; a target is numbers',
    ],
    [
      'a series without values',
      'id,date,y\na,2024-01-01,1\na,2024-01-02,2\nb,2024-01-01,\nb,2024-01-02,\n',
      { series: 'id' },
      'series: f.csv, row 4, column "y": b · y has no value, in no row',
    ],
    [
      'two rows of one time',
      'date,y\n2024-01-01,1\n2024-01-02,2\n2024-01-02,3\n',
      {},
      `series: f.csv, row 4, column "date": 2024-01-02 was there already in f.csv, row 3; say what becomes of both: duplicates: 'mean'`,
    ],
    [
      'series that nothing tells apart',
      'date,shop,y\n2024-01-01,a,1\n2024-01-01,b,2\n2024-01-02,a,3\n2024-01-02,b,3\n',
      {},
      `say series: 'shop' where that column tells series apart`,
    ],
    [
      'no time',
      'date,y\n2024-01-01,1\n,2\n2024-01-03,3\n',
      {},
      'series: f.csv, row 3, column "date": no time stands there',
    ],
    [
      'text as time',
      'when,y\nmonday,1\ntuesday,2\n',
      { time: 'when' },
      'column "when" holds text; dates, or numbers, are needed',
    ],
    [
      'text as target',
      'date,y\n2024-01-01,1\n2024-01-02,lots\n2024-01-03,few\n',
      { target: 'y' },
      `column "y" holds text; f.csv, row 3, column "y" is 'lots'; a target is numbers`,
    ],
    [
      'no clear frequency',
      'date,y\n2024-01-01,1\n2024-01-02,2\n2024-01-04,3\n2024-01-05,3\n2024-01-10,3\n',
      {},
      'series: f.csv, column "date": no frequency is clear, of 4 differences 50 % are 1 day, 25 % are 2 days, 25 % are 5 days; say it',
    ],
    [
      'a row between steps',
      `date,y\n${days(9)}2024-01-09T12:00,1\n`,
      { frequency: { unit: 'day', count: 2 } },
      '2024-01-02 is no step of one 2 days each from 2024-01-01 on',
    ],
    [
      'a Sunday',
      'date,y\n2024-01-05,1\n2024-01-07,1\n2024-01-08,2\n',
      { frequency: 'business day' },
      'series: f.csv, row 3, column "date": 2024-01-07 is no step of one business day',
    ],
    [
      'a category that changes',
      'id,r,date,y\na,n,2024-01-01,1\na,s,2024-01-02,2\n',
      { series: 'id', categories: 'r' },
      `series: f.csv, row 3, column "r" is 's', but 'n' in another row of the same series`,
    ],
    [
      'a gap that may not be',
      'date,y\n2024-01-01,1\n2024-01-02,\n2024-01-03,4\n',
      { fill: 'error' },
      'f.csv: y has no value at 2024-01-02; fill:',
    ],
    [
      'a row of no series',
      'id,date,y\na,2024-01-01,1\n,2024-01-02,2\n',
      { series: 'id' },
      'series: f.csv, row 3, column "id": it does not say to which series',
    ],
    [
      'two columns of dates',
      'a,b,y\n2024-01-01,2024-01-01,1\n2024-01-02,2024-01-02,1\n',
      {},
      'has several columns of dates, "a", "b"; say which is the time',
    ],
    ['no such column', `date,y\n${days(3)}`, { target: 'z' }, 'f.csv has no column "z"'],
    ['one column twice', `date,y\n${days(3)}`, { target: 'y', past: 'y' }, 'column "y" is named twice'],
    [
      'steps and dates',
      `date,y\n${days(3)}`,
      { frequency: 'step' },
      'frequency is step, but column "date" holds dates',
    ],
    ['no frequency', `date,y\n${days(3)}`, { frequency: 'wek' }, "frequency is 'wek'; it must be as 'week'"],
    [
      'no rule',
      `date,y\n${days(3)}`,
      { fill: 'cubic' as never },
      "fill is 'cubic'; it must be 'last', 'zero', 'error'",
    ],
    [
      'another name',
      `date,y\n${days(3)}`,
      { pastCovariates: 'y' } as never,
      'there is no option pastCovariates; did you mean past?',
    ],
  ])('%s', async (_, text, options, message) => {
    expect(await refusal(text, options)).toContain(message)
  })
})
