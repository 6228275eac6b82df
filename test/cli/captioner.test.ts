import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printed, refused, small, written } from './tables.ts'
import { events, inFolder } from './terminal.ts'

/** Bars of light, one to three wide, in one of three rows, and what is written about them. */
const kinds = ['cats', 'dogs', 'birds']
const counts = ['one', 'two', 'three']
const lit = (row: number, count: number): number[][] =>
  [0, 1, 2].map((r) => [0, 1, 2].map((c) => Number(r === row && c <= count)))
const pictures = Array.from({ length: 90 }, (_, i) => {
  const [kind, count] = [i % 3, Math.floor(i / 3) % 3]
  return { picture: lit(kind, count), says: `${counts[count]} ${kinds[kind]} here` }
})
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const learning = ['--cell', 'gru', '--hidden', '16', '--seed', '1', '--epochs', '20', '--lr', '0.03', '--batch', '16']

test('what is written about lists of numbers: trained, reported, written of rows, and measured', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'pictures.jsonl': lines(pictures) })
    const out = join(folder, 'm.safetensors')
    const data = await printed('data', file!)
    expect(data).toContain(`unrolled train ${file} --caption says --x picture\n      captioner: says from picture\n`)
    expect(data).toContain(`unrolled train ${file} --label says --x picture --task transcriber\n`)
    const said = await printed('train', file!, '--caption', 'says', '--encoder', '8', '--out', out, ...learning)
    expect(said).toContain('captioner: says from picture\n')
    expect(said).toContain('72 rows of 4 steps each, 4 at most, 18 held out (drawn)')
    expect(said).toMatch(/\nexact +100\.0 %.*\nsymbol errors +0\.0 %.*\nBLEU +100\.0 %/)

    const [unseen] = await written(folder, { 'unseen.jsonl': lines([{ picture: lit(1, 2) }]) })
    expect(await printed('predict', out, unseen!, '--beam', '3')).toMatch(/^text .*\nthree dogs here +-0\./)
    expect(await printed('predict', out, unseen!, '--csv')).toMatch(
      /^picture,predicted text,predicted score\n"\[\[0,0,0\],\[1,1,1\],\[0,0,0\]\]",three dogs here,-0\./,
    )
    const [told] = events(await printed('predict', out, unseen!, '--json'))
    expect(told).toMatchObject({ event: 'prediction', place: `${unseen}, line 1`, text: 'three dogs here' })

    const odd = pictures.map((row, i) => ({ ...row, says: i === 4 ? 'one cats gone' : row.says }))
    const [wrong] = await written(folder, { 'odd.jsonl': lines(odd) })
    const [measured] = events(await printed('evaluate', out, wrong!, '--json'))
    // A word that was never met is <unk>, which is never written.
    expect(measured).toMatchObject({ rows: 90, exact: 89 / 90, symbolErrorRate: 3 / 270 })
    expect(measured!['worst']).toMatchObject([
      { is: 'one cats gone', said: 'two dogs here', place: `${wrong}, line 5` },
    ])
    const [first] = events(await printed('score', out, wrong!, '--top', '1', '--json'))
    expect(first).toMatchObject({ place: `${wrong}, line 5`, text: expect.stringContaining('one cats gone: picture') })
    expect(await printed('train', '--resume', '--out', out, '--epochs', '21')).toContain('captioner: says from picture')
  })
})

test('columns of numbers and categories are shown too', async () => {
  await inFolder(async (folder) => {
    const rows = pictures.map(({ says }, i) => `${i % 3},${counts[Math.floor(i / 3) % 3]},${says}`)
    const [file] = await written(folder, { 'rows.csv': `kind,count,says\n${rows.join('\n')}\n` })
    const out = join(folder, 'm')
    const run = ['train', file!, '--task', 'captioner', '--caption', 'says', '--x', 'kind,count', '--out', out]
    expect(await printed(...run, ...learning)).toMatch(/captioner: says from kind, count\n[^]*\nexact +100\.0 %/)
    const [row] = await written(folder, { 'row.csv': 'kind,count\n2,two\n' })
    expect(await printed('predict', out, row!)).toContain('\ntwo birds here ')
  })
})

test('what does not fit is named with its place', async () => {
  await inFolder(async (folder) => {
    const wide = [...pictures, { picture: [[0, 0, 0, 0]], says: 'two cats here' }]
    const [file, other, gap, rows] = await written(folder, {
      'pictures.jsonl': lines(pictures),
      'other.jsonl': lines(wide),
      'gap.jsonl': lines([...pictures, { picture: lit(0, 0) }]),
      'rows.csv': 'a,says\n1,one\n2,two\n',
    })
    const run = ['--caption', 'says', '--out', join(folder, 'm'), '--steps', '1', ...small]
    expect(await refused('train', file!, '--task', 'captioner', '--out', join(folder, 'm'))).toContain('--caption')
    expect(
      await refused('train', file!, '--task', 'captioner', '--target', 'says', '--out', join(folder, 'm')),
    ).toContain('say in which column that stands, --caption says')
    expect(await refused('train', gap!, ...run)).toContain('gap.jsonl, line 91, column "says": nothing stands there')
    // Only a category may be none of those that are known.
    expect(await refused('train', gap!, ...run, '--unknown', 'ignore')).toContain('column "says": nothing stands there')
    expect(await refused('train', rows!, ...run.with(1, 'written'))).toContain(
      'rows.csv has no column "written"; there are "a", "says"',
    )
    expect(await refused('train', file!, ...run, '--label', 'says')).toContain('leave --label away')
    expect(await refused('train', rows!, ...run, '--text', 'says')).toContain('says is to be told; leave it out')
    expect(await refused('train', rows!, ...run, '--text', 'a')).toContain('leave --text away')
    expect(await refused('train', file!, ...run, '--encoder', '8,x')).toContain('--encoder 8,x: x is no width')
    await printed('train', file!, ...run)
    expect(await refused('predict', join(folder, 'm'), file!, '--copy')).toContain('--copy is for translators')
    expect(await refused('predict', join(folder, 'm'), other!)).toContain(
      'other.jsonl, line 91, column "picture" has 4 numbers; picture has 9',
    )
  })
})
