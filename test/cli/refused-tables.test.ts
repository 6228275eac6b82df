import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { palindromes, points, csvOf, small, written, printed, refused } from './tables.ts'
import { events, inFolder, unrolled } from './terminal.ts'

test.each([
  [
    'a label that hardly comes back',
    ['--label', 'word'],
    '36 different values in 36 rows are no labels; a label comes back',
  ],
  [
    'what is to be told where it is read',
    ['--label', 'kind', '--x', 'id,kind'],
    'kind is to be told; leave it out of what is read',
  ],
  ['no such column', ['--label', 'knd'], 'has no column "knd"; did you mean "kind"?'],
  ['no such task', ['--task', 'clasifier'], 'did you mean classifier?'],
  ['an option of texts', ['--tied'], '--tied is for texts; what is read here are tables'],
  [
    'an option of another task',
    ['--task', 'feedforward', '--cell', 'gru'],
    'a feedforward reads all at once: leave --cell away',
  ],
  ['no such baseline', ['--baseline', 'shufled'], 'there is no baseline shufled; there are feedforward and shuffled'],
  ['a baseline that is the model', ['--task', 'feedforward', '--baseline'], 'the model is a feedforward itself'],
  ['text for a number', ['--target', 'word'], 'words.csv, row 2, column "word" is \'anna\'; it must be a number'],
  ['both label and target', ['--target', 'id', '--label', 'kind', '--text', 'word'], 'leave --target away\n'],
  ['rows that stay together', ['--time-split', 'id', '--group-split', 'kind'], '--time-split id would tear apart rows'],
  ['all rows held out', ['--held', '1'], 'share is 1'],
])('train refuses %s', async (_, args, says) => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'words.csv': palindromes })
    expect(await refused('train', file!, '--out', join(folder, 'm'), ...args)).toContain(says)
    expect(existsSync(join(folder, 'm.safetensors'))).toBe(false)
  })
})

test.each([
  ['one row', 'word,kind\nanna,a\n', ['--text', 'word'], 'rows.csv: of one row a share of 0.2 is none; --held 0'],
  ['labels all alike', `word,kind\n${'anna,a\n'.repeat(20)}`, ['--text', 'word'], "every label is 'a'"],
  [
    'a missing label',
    `word,kind\n${'anna,a\nbob,b\n'.repeat(9)}otto,\n`,
    ['--text', 'word'],
    'row 20, column "kind": nothing',
  ],
  [
    'a missing text',
    `word,kind\n${'anna,a\nbob,b\n'.repeat(9)},a\n`,
    ['--text', 'word'],
    'row 20, column "word": nothing',
  ],
  [
    'a missing number',
    `x,y,kind\n${'1,2,a\n3,4,b\n'.repeat(9)}1,,a\n`,
    ['--x', 'x,y'],
    'row 20, column "y": nothing stands there',
  ],
  [
    'an empty list',
    `x,kind\n${'"[[1,2]]",a\n"[[3,4]]",b\n'.repeat(9)}"[]",b\n`,
    ['--x', 'x'],
    'row 20, column "x" has no step',
  ],
  ['ragged rows', 'word,kind\nanna,a\nbob\n', [], 'row 3: it has 1 cell, row 1 has 2 cells'],
  ['mixed types', `x,kind\n${'1,a\n2,b\n'.repeat(9)}many,a\n`, [], 'row 20, column "x": \'many\' is no number'],
])('of bad rows (%s) the first is named, whichever are held out', async (_, csv, args, says) => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'rows.csv': csv })
    for (const seed of ['0', '1', '2', '3']) {
      const run = ['train', file!, '--out', join(folder, 'm'), '--seed', seed, '--label', 'kind', ...args]
      expect((await refused(...run)).replace(folder, '').replace('of /', 'of ')).toContain(says)
    }
  })
})

test.each([
  [
    'a name that says it, and one text',
    'id,body,label\n',
    (i: number) => `${i},text ${i * i} here,${i % 2}`,
    'label (2 labels) from the text body',
  ],
  [
    'the one column of few texts',
    'day,a,b,kind\n',
    (i: number) => `2024-01-0${(i % 9) + 1},${i},${i / 2},${'uv'[i % 2]}`,
    'kind (2 labels) from a, b',
  ],
  ['a number by its name', 'a,b,target\n', (i: number) => `${i},${i * i},${i / 3}`, 'target from a, b'],
  ['lists', 'pixels,class\n', (i: number) => `"[${i},2,3]",${'uv'[i % 2]}`, 'class (2 labels) from pixels'],
])('what is clear is guessed, and said: %s', async (_, head, row, says) => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'r.csv': head + Array.from({ length: 24 }, (_, i) => row(i)).join('\n') })
    const said = await printed('train', file!, '--out', join(folder, 'm'), '--steps', '1', ...small)
    expect(said).toMatch(/: 24 rows; commas, header; /)
    expect(said).toContain(`: ${says}\n  guessed from the columns; `)
  })
})

test.each([
  [
    'two that could be told',
    'a,kind,color\n',
    (i: number) => `${i},${'uv'[i % 2]},${'rgb'[i % 3]}`,
    '--label kind --x a,color',
  ],
  ['numbers alone', 'a,b,c\n', (i: number) => `${i},${i / 2},${i * i}`, '--target c --x a,b'],
  ['a point is no label', 'x,y\n', (i: number) => `${i / 3},${i % 2}`, '--label y --x x'],
  ['two texts', 'from,body,class\n', (i: number) => `m${i},t${i},${i % 2}`, '--label class --text body'],
  ['texts and numbers', 'body,n,class\n', (i: number) => `t${i},${i / 7},${i % 2}`, '--label class --x n'],
  [
    'rows of sequences',
    'id,time,v,class\n',
    (i: number) => `${i % 4},${i},${i / 7},${i % 2}`,
    '--label class --x v --sequence id --time time',
  ],
])('what is not clear is an error with the columns and a command: %s', async (_, head, row, command) => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'r.csv': head + Array.from({ length: 24 }, (_, i) => row(i)).join('\n') })
    const error = await refused('train', file!, '--out', join(folder, 'm'))
    expect(error).toContain('is not clear from its columns\n')
    expect(error).toContain(`\n  unrolled train ${file} ${command}\n`)
    for (const name of head.trim().split(',')) expect(error).toMatch(new RegExp(`\\n  ${name} +(text|numbers|dates) `))
    // What is advised can be done.
    await printed('train', file!, ...command.split(' '), '--out', join(folder, 'm'), '--steps', '1', ...small)
  })
})

test('rows in which something is missing are an error, or skipped and counted, wherever rows are read', async () => {
  await inFolder(async (folder) => {
    const gap = points.map((row, i) => ({ ...row, b: i === 3 ? '' : row.b }))
    const [file, whole] = await written(folder, { 'gap.csv': csvOf(gap), 'points.csv': csvOf(points) })
    const out = join(folder, 'm.safetensors')
    const run = ['--label', 'half', '--x', 'a,b', '--out', out, '--steps', '2', ...small]
    await printed('train', whole!, ...run)
    for (const args of [
      ['train', file!, ...run.slice(0, 4), '--out', join(folder, 'n')],
      ['predict', out, file!],
      ['evaluate', out, file!],
    ]) {
      expect(await refused(...args)).toContain(
        'gap.csv, row 5, column "b": nothing stands there (so it is in 1 of 80 rows)',
      )
    }
    const { out: said, err } = await unrolled(['predict', out, file!, '--missing', 'skip', '--json'])
    expect([events(said).length, err]).toEqual([79, '1 of 80 rows left out, in which nothing stands in b\n'])
    expect(events(await printed('evaluate', out, file!, '--missing', 'skip', '--json'))[0]).toMatchObject({
      rows: 79,
      leftOut: ['1 of 80 rows left out, in which nothing stands in b'],
    })
  })
})
