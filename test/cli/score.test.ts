import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { events, inFolder, unrolled } from './terminal.ts'

const usual = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `12:00:${10 + (i % 50)} worker ${i % 7} job ${i} done in ${i}ms`)
const odd = '12:01:00 worker 3 lost its way'

async function printed(...args: string[]): Promise<string> {
  const { code, err, out } = await unrolled(args)
  expect([err, code]).toEqual(['', 0])
  return out
}

const small = ['--hidden', '12', '--layers', '1', '--seed', '1', '--sample', '0']

test('lines of a log: masked in training and in scoring, the unusual one first, with its place in its file', async () => {
  await inFolder(async (folder) => {
    const [log, today, out] = ['app.log', 'today.log', 'm.safetensors'].map((name) => join(folder, name))
    await writeFile(log!, `${usual(60).join('\n')}\n`)
    await writeFile(today!, `${usual(30).join('\n')}\n\n${odd}\n`)
    const run = ['train', log!, '--lines', '--mask', '--words', '--min-count', '1', '--epochs', '40', '--lr', '0.02']
    await printed(...run, '--out', out!, ...small)
    const all = events(await printed('score', out!, log!, today!, '--top', '3', '--json'))
    expect(all).toHaveLength(4)
    // The empty line before it is none to the model, and counts in the file.
    expect(all[0]).toMatchObject({ event: 'surprise', place: `${today}:32`, text: odd })
    const { symbols, steps, total, mean } = all[0] as {
      symbols: string[]
      steps: number[]
      total: number
      mean: number
    }
    expect(symbols.join('')).toMatch(/^<time> worker <number> /)
    expect(steps.reduce((a, b) => a + b, 0)).toBeCloseTo(total, 6)
    expect(mean).toBeCloseTo(total / steps.length, 9)
    expect(all[3]).toMatchObject({ event: 'done', pieces: 91, about: [expect.stringMatching(/masked/)] })
    const [{ loss }] = events(await printed('evaluate', out!, log!, today!, '--json')) as [{ loss: number }]
    expect(all[3]!['loss']).toBeCloseTo(loss, 5)
    expect(await printed('score', out!, today!, '--top', '1')).toMatch(
      /31 read, \d+ steps: .*\na step +all +where\n *[\d.]+ +[\d.]+ +.*today\.log:32 +12:01:00 worker 3 lost/,
    )
    const csv = (await printed('score', out!, today!, '--csv', '--top', '0', '--by', 'total')).trim().split('\n')
    expect(csv).toHaveLength(32)
    const totals = csv.slice(1).map((line) => Number(line.split(',')[2]))
    expect(totals).toEqual([...totals].sort((a, b) => b - a))
  })
})

test('running text is scored as it follows, and told line by line', async () => {
  await inFolder(async (folder) => {
    const [file, other, out] = ['a.txt', 'b.txt', 'm.safetensors'].map((name) => join(folder, name))
    await writeFile(file!, 'the cat sat on the mat\nthe dog sat on the log\n'.repeat(20))
    await writeFile(other!, '\nthe cat sat on the mat\n\nthe cog ate ç lemon\n')
    await printed('train', file!, '--epochs', '2', '--batch', '2', '--out', out!, ...small)
    const all = events(await printed('score', out!, other!, '--top', '0', '--json'))
    const lines = all.slice(0, -1).sort((a, b) => (String(a['place']) < String(b['place']) ? -1 : 1))
    expect(lines.map(({ place, text }) => [String(place).split(':').at(-1), text])).toEqual([
      ['2', 'the cat sat on the mat'],
      ['3', ''],
      ['4', 'the cog ate ç lemon'],
    ])
    expect((lines[2]!['symbols'] as string[]).join('')).toBe('the cog ate  lemon\n')
    expect(all.at(-1)!['about']).toEqual(['characters unknown to the model and left out: 1'])
  })
})

test('rows of a table: the label that is least like its row', async () => {
  await inFolder(async (folder) => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i / 40},${i < 20 ? 'low' : 'high'}`)
    const [file, wrong, out] = ['a.csv', 'b.csv', 'm.safetensors'].map((name) => join(folder, name))
    await writeFile(file!, `v,kind\n${rows.join('\n')}\n`)
    await writeFile(wrong!, 'v,kind\n0.1,low\n0.05,high\n0.9,high\n')
    await printed('train', file!, '--epochs', '60', '--lr', '0.05', '--hidden', '8', '--out', out!)
    const all = events(await printed('score', out!, wrong!, '--json'))
    expect(all[0]).toMatchObject({ place: `${wrong}, row 3`, text: 'high: v 0.05' })
  })
})

test('what cannot be scored is said', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'a.txt')
    await writeFile(file, 'abc\n'.repeat(40))
    const out = join(folder, 'm.safetensors')
    await printed('train', file, '--lines', '--steps', '1', '--out', out, ...small)
    expect((await unrolled(['score', out, file, '--by', 'worst'])).err).toBe('error: --by worst: it is mean or total\n')
    expect((await unrolled(['score', out, file, '--top', '-1'])).err).toContain('--top is -1')
  })
})
