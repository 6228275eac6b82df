import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alignmentText } from '../../cli/pairs/alignment.ts'
import { printed, refused, small, written } from './tables.ts'
import { events, inFolder, unrolled } from './terminal.ts'

/** Words and what they are backwards. */
const letters = 'abcd'
const words = Array.from({ length: 120 }, (_, i) =>
  [i, i >> 2, i >> 4]
    .slice(0, 2 + (i % 2))
    .map((n) => letters[n % 4]!)
    .join(''),
)
const csv = `word,turned,n\n${words.map((word, i) => `${word},${[...word].reverse().join('')},${i}\n`).join('')}`
const roles = ['--source', 'word', '--target', 'turned'] as const

test('two columns of texts: trained, reported beside copying, written of texts, lines, rows, and measured', async () => {
  await inFolder(async (folder) => {
    const [file, lines] = await written(folder, { 'words.csv': csv, 'lines.txt': 'dba\nzz\n' })
    const out = join(folder, 'm.safetensors')
    const train = ['train', file!, ...roles, '--out', out, '--cell', 'gru', '--seed', '1', '--hidden', '24']
    const said = await printed(...train, '--epochs', '25', '--lr', '0.02', '--batch', '16', '--bidirectional')
    expect(said).toContain('translator: reads word (characters), writes turned (characters)\n')
    expect(said).toContain('108 pairs of at most 4 symbols, 12 held out (drawn)')
    expect(said).toMatch(/\nexact +100\.0 %.*\n/)
    expect(said).toContain(`predict ${out} --text 'some text' --beam 5 --alignment`)
    expect(await printed('predict', out, '--text', 'dba')).toBe('abd\n')
    // A letter that was never met is read as <unk>, which is never written.
    expect(await printed('predict', out, lines!)).toMatch(/^abd\n[abcd]*\n$/)
    const piped = await unrolled(['predict', out, '-', '--csv'], { input: 'bca\n' })
    expect(piped.out).toMatch(/^source,predicted text,predicted score\nbca,acb,-\d/)
    const best = (await printed('predict', out, '--text', 'dba', '--n-best', '3', '--alignment')).split('\n')
    expect(best.slice(0, 3)).toEqual([
      'abd',
      expect.stringMatching(/^ {2}\w* -\d/),
      expect.stringMatching(/^ {2}\w* -\d/),
    ])
    expect(best.slice(3, 7).map((line) => line[0])).toEqual([' ', 'a', 'b', 'd'])
    const told = events(await printed('predict', out, file!, '--json'))
    expect(told).toHaveLength(120)
    expect(told[0]).toMatchObject({ event: 'prediction', source: words[0], text: [...words[0]!].reverse().join('') })
    const [measured] = events(await printed('evaluate', out, file!, '--json'))
    expect(measured).toMatchObject({ event: 'done', exact: 1, pairs: 120 })
    const odd = csv.replace('abd,dba', 'abd,ddd')
    const [wrong] = await written(folder, { 'odd.csv': odd === csv ? csv.replace(/,(\w+),0\n/, ',ddd,0\n') : odd })
    const [first] = events(await printed('score', out, wrong!, '--top', '1', '--json'))
    expect(first!['text']).toMatch(/→ ddd$/)
    const more = await printed('train', '--resume', '--out', out, '--epochs', '26')
    expect(more).toContain('translator: reads word')
  })
})

test('what looks like numbers and dates is text where it is translated', async () => {
  await inFolder(async (folder) => {
    const rows = Array.from({ length: 40 }, (_, i) => `${100 + i},2024-01-${String(1 + (i % 28)).padStart(2, '0')}\n`)
    const [file] = await written(folder, { 'days.csv': `number,day\n${rows.join('')}` })
    const out = join(folder, 'm')
    const run = ['train', file!, '--source', 'number', '--target', 'day', '--steps', '1', '--out', out, ...small]
    expect(await printed(...run)).toContain('36 pairs of at most 6 symbols')
    const [told] = events(await printed('predict', out, file!, '--json'))
    expect(told).toMatchObject({ source: '100' })
  })
})

test('what is missing is told', async () => {
  await inFolder(async (folder) => {
    const [file, gap] = await written(folder, { 'words.csv': csv, 'gap.csv': `${csv},abc,9\n` })
    const out = join(folder, 'm.safetensors')
    expect(await refused('train', file!, '--source', 'word', '--out', out)).toContain(
      '--source english --target german',
    )
    expect(await refused('train', file!, '--source', 'wrod', '--target', 'turned', '--out', out)).toContain('wrod')
    expect(await refused('train', gap!, ...roles, '--out', out)).toContain('nothing stands there')
    expect(await refused('train', file!, ...roles, '--lines', '--out', out)).toContain('--lines is for texts')
    const skipped = await printed('train', gap!, ...roles, '--missing', 'skip', '--epochs', '1', '--out', out, ...small)
    expect(skipped).toContain('1 of 121 rows left out')
    const held = ['--held', gap!, '--missing', 'skip', '--epochs', '1', '--out', join(folder, 'held'), ...small]
    expect(await printed('train', file!, ...roles, ...held)).toMatch(/1 of 121 rows left out[^]*120 held out \(of /)
  })
})

test('a share of symbols may follow what the model would have written, and a run goes on so', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'words.csv': csv })
    const out = join(folder, 'm.safetensors')
    const run = ['train', file!, ...roles, ...small]
    const sampled = ['--scheduled-sampling', '0.5', '--sampling-over', '2', '--steps', '3']
    const first = events(await printed(...run, ...sampled, '--json', '--out', out))
    const plain = events(await printed(...run, '--steps', '3', '--json', '--out', join(folder, 'plain.safetensors')))
    const losses = (told: typeof first) => told.filter(({ event }) => event === 'step').map(({ loss }) => loss)
    // The first update reads what is true.
    expect(losses(first)[0]).toBe(losses(plain)[0])
    expect(losses(first)[2]).not.toBe(losses(plain)[2])
    const [more] = events(await printed('train', '--resume', '--out', out, '--steps', '4', '--json')).filter(
      ({ event }) => event === 'resume',
    )
    expect(more!['changed']).toEqual(['steps'])
    expect(await refused(...run, '--sampling-over', '2', '--out', join(folder, 'other'))).toContain(
      '--scheduled-sampling <share>',
    )
    const [book] = await written(folder, { 'book.txt': 'the quick brown fox. '.repeat(200) })
    const of = ['train', book!, '--scheduled-sampling', '0.5', '--out', join(folder, 'b'), ...small]
    expect(await refused(...of)).toContain('scheduledSampling is for models that write')
  })
})

test('an alignment has a row for each symbol that is written and a column for each that is read', () => {
  const attention = [
    [1, 0],
    [0.25, 0.5],
  ]
  expect(alignmentText({ text: 'xy', score: 0, alternatives: [], attention }, ['a', 'be'], ['x', 'y'])).toBe(
    ['   a be', 'x  █', 'y  ░ ▒▒'].join('\n'),
  )
})
