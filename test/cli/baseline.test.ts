import { join } from 'node:path'
import { expect, test } from 'vitest'
import { palindromes, small, written, printed } from './tables.ts'
import { events, inFolder } from './terminal.ts'

test('--baseline trains a feedforward beside it, on the same rows', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'words.csv': palindromes })
    const run = ['train', file!, '--out', join(folder, 'm'), '--epochs', '2', ...small]
    const all = events(await printed(...run, '--baseline', '--json'))
    const reports = all.filter(({ event }) => event === 'report')
    expect(reports.map(({ of }) => of)).toEqual(['classifier', 'feedforward'])
    const [ours, other] = reports.map(({ byLabel }) => (byLabel as { count: number }[]).map(({ count }) => count))
    expect(other).toEqual(ours)
    expect(all[0]).toMatchObject({ event: 'data', task: 'classifier', training: 29, held: 7 })
  })
})
