import { expect, test } from 'vitest'
import { elapsed, table } from '../../../src/data/index.ts'

const events =
  'user,at,what\na,2024-01-01T00:00:10Z,x\nb,2024-01-01T00:00:00Z,y\na,2024-01-01T00:00:00Z,z\nb,2024-01-01T00:00:00.5Z,w\na,2024-01-01T00:01:10Z,v\n'

test('seconds since the event before in the sequence, in whatever order the file has them', async () => {
  const found = await elapsed(await table(events), { time: 'at', sequence: 'user' })
  expect([...found.column('elapsed', 'number').values]).toEqual([10, 0, 0, 0.5, 60])
  expect(found.column('what', 'string').values).toEqual(['x', 'y', 'z', 'w', 'v'])
  expect(found.description).toMatch(/; added elapsed: numbers$/)
  expect(found.place(4, 'elapsed')).toBe('the table, row 6, column "elapsed"')
})

test('without sequences all rows are one; numbers are seconds; another name', async () => {
  const all = await elapsed(await table(events), { time: 'at', name: 'wait' })
  expect([...all.column('wait', 'number').values]).toEqual([9.5, 0, 0, 0.5, 60])
  const numbers = await elapsed(await table('t,v\n5,1\n7.5,2\n'), { time: 't' })
  expect([...numbers.column('elapsed', 'number').values]).toEqual([0, 2.5])
})

test('what has no time is told', async () => {
  await expect(elapsed(await table(events), { time: 'what' })).rejects.toThrow(
    'column "what" holds text; dates, or seconds',
  )
  await expect(elapsed(await table(events), { time: 'at', name: 'what' })).rejects.toThrow(
    "name is 'what'; it must be one that no column has",
  )
  await expect(elapsed(await table('t,v\n5,1\n,2\n'), { time: 't' })).rejects.toThrow(
    'the table, row 3, column "t": no time stands there',
  )
})
