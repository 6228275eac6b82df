import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UnrolledError } from '../../../src/error.ts'
import { splitTable, table, type SplitOptions, type Table } from '../../../src/data/index.ts'

const ids = (part: Table): number[] => [...part.column('id', 'number').values]
const records = (count: number, more: (id: number) => object = () => ({})): Promise<Table> =>
  table(
    Array.from({ length: count }, (_, id) => ({ id, ...more(id) })),
    { name: 'records' },
  )

function refusal(split: () => unknown): string {
  try {
    split()
  } catch (error) {
    if (error instanceof UnrolledError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('it was accepted')
}

test('each row is in one part, in the order of the file; the seed tells which', async () => {
  const all = await records(100)
  const [training, held] = splitTable(all, { share: 0.2, seed: 3 })
  expect(held.rows).toBe(20)
  expect([...ids(training), ...ids(held)].sort((a, b) => a - b)).toEqual(ids(all))
  expect(ids(held)).toEqual(ids(held).toSorted((a, b) => a - b))
  expect(ids(splitTable(all, { share: 0.2, seed: 3 })[1])).toEqual(ids(held))
  expect(ids(splitTable(all, { share: 0.2, seed: 4 })[1])).not.toEqual(ids(held))
  // Drawn, not the end.
  expect(Math.min(...ids(held))).toBeLessThan(50)
  expect(held.place(0)).toBe(`records, row ${ids(held)[0]! + 1}`)
})

test('each class has its share, and never all of its rows', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
    fc.double({ min: 0.05, max: 0.9, noNaN: true }),
    fc.nat(1000),
    async (sizes, share, seed) => {
      const classes = sizes.flatMap((size, which) => Array<string>(size).fill(`c${which}`))
      const all = await records(classes.length, (id) => ({ class: classes[id] }))
      const total = sizes.reduce((a, b) => a + b)
      let parts: readonly [Table, Table]
      try {
        parts = splitTable(all, { share, by: { class: 'class' }, seed })
      } catch (error) {
        // Of few rows, or of classes with one row alone, none is held out.
        expect((error as Error).message).toContain('nothing would be held out')
        expect(sizes.every((size) => size === 1) || total * share < sizes.length).toBe(true)
        return
      }
      const count = (part: Table, which: number): number =>
        part.column('class', 'string').values.filter((name) => name === `c${which}`).length
      sizes.forEach((size, which) => {
        expect(count(parts[0], which)).toBeGreaterThanOrEqual(1)
        expect(count(parts[0], which) + count(parts[1], which)).toBe(size)
        expect(Math.abs(count(parts[1], which) - size * share)).toBeLessThanOrEqual(1 + (1 - share))
      })
    },
  )
  await fc.assert(property, { numRuns: 100, seed: 5 })
})

test('a group is in one part as a whole, wherever its rows stand in the file', async () => {
  const all = await records(90, (id) => ({ speaker: `s${id % 9}` }))
  const [training, held] = splitTable(all, { share: 1 / 3, by: { group: 'speaker' }, seed: 1 })
  const speakers = (part: Table): Set<unknown> => new Set(part.column('speaker').values as readonly unknown[])
  expect(held.rows).toBe(30)
  expect([...speakers(held)].filter((one) => speakers(training).has(one))).toEqual([])
  const turned = splitTable(all.select(ids(all).toReversed()), { share: 1 / 3, by: { group: 'speaker' }, seed: 1 })
  expect(speakers(turned[1])).toEqual(speakers(held))
})

test('by time the latest is held out, in whatever order the file has it, and no time is in both', async () => {
  const all = await records(100, (id) => ({ day: new Date(86_400_000 * Math.floor(((id * 37) % 100) / 3)) }))
  const [training, held] = splitTable(all, { share: 0.25, by: { time: 'day' } })
  const days = (part: Table): number[] => [...part.column('day', 'date').values]
  expect(Math.max(...days(training))).toBeLessThan(Math.min(...days(held)))
  expect(Math.abs(held.rows - 25)).toBeLessThanOrEqual(1)
})

test('what cannot be split is told', async () => {
  const all = await table(
    [
      { id: 1, c: 'a', t: 'x' },
      { id: 2, c: null, t: 'y' },
    ],
    { name: 'two' },
  )
  const split = (options: SplitOptions) => refusal(() => splitTable(all, options))
  expect(split({ share: 0.1 })).toBe(
    'option: splitTable: share is 0.1; it must be such that both parts have rows; of two: 2 rows, nothing would be held out',
  )
  expect(split({ share: 1 })).toContain('share is 1; it must be a finite number, above 0 and below 1')
  expect(split({ share: 0.5, by: { class: 'c' } })).toBe(
    'data: two, row 2, column "c": nothing stands there, so the row has no part; leave it out by select, or fill it',
  )
  expect(split({ share: 0.5, by: { class: 'd' } })).toContain('has no column "d"')
  expect(split({ share: 0.5, by: { time: 't' } })).toContain('holds text; dates or numbers tell what is latest')
  expect(split({ share: 0.5, by: { classes: 'c' } as never })).toContain('did you mean class?')
  expect(split({ share: 0.5, by: { class: 'c', group: 'c' } as never })).toContain(
    'one of { class }, { group }, { time }',
  )
})
