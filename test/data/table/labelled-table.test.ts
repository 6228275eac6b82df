import { expect, test } from 'vitest'
import { labelled, table } from '../../../src/data/index.ts'

test('a table is read by its columns: no row is put together for each of them', async () => {
  const head = Array.from({ length: 30 }, (_, i) => `p${i}`)
  const rows = Array.from({ length: 50 }, (_, row) => [row % 2 === 0 ? 'even' : 'odd', ...head.map((_, i) => row + i)])
  const wide = await table([['class', ...head], ...rows].map((row) => row.join(',')).join('\n'))
  let asked = 0
  const watched = {
    ...wide,
    row(i: number) {
      asked++
      return wide.row(i)
    },
  }
  const data = labelled(watched, { x: head, label: 'class' })
  expect(data.count).toBe(50)
  expect(data.labels.names).toEqual(['even', 'odd'])
  expect(asked).toBeLessThan(50)
})

test('series of a file are sequences, as they are', async () => {
  const series = await table('@classLabel true a b\n@data\n1,2,3:4,5,6:a\n7,8:9,10:b\n')
  const data = labelled(series, { x: 'x', label: 'class' })
  expect([data.count, data.longest, data.ports['x']!.columns]).toEqual([2, 3, 2])
})

test('what is missing is told by its place in the file', async () => {
  const mails = await table('class,body\nham,hello there\nspam,\nham,good day\n', { name: 'mails.csv' })
  expect(() => labelled(mails, { text: 'body', label: 'class' })).toThrow('mails.csv, row 3, column "body"')
  const rooms = await table('class,size\nbig,100\nsmall,NA\n', { name: 'rooms.csv' })
  expect(() => labelled(rooms, { x: ['size'], label: 'class' })).toThrow('rooms.csv, row 3')
  const classes = await table('class,size\nbig,100\n,50\nsmall,1\n', { name: 'rooms.csv' })
  expect(() => labelled(classes, { x: ['size'], label: 'class' })).toThrow('rooms.csv, row 3, column "class"')
})
