import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { painted } from '../../cli/painted.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { adam, loadModel, rnn, saveModel, tagged, tagger, train } from '../../src/node.ts'
import type { Classifier, Regressor } from '../../src/node.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const words = ['anna', 'bob', 'otto', 'abba', 'level', 'kayak', 'noon', 'civic', 'banana', 'bread', 'kiosk', 'oboe']
const twice = words.flatMap((word) => [word, word + word, `${word}x${word}`])
const isPalindrome = (word: string): boolean => word === [...word].reverse().join('')

/** Words, and whether they are palindromes. */
const palindromes = `id,word,kind\n${twice.map((word, i) => `${i},${word},${isPalindrome(word) ? 'palindrome' : 'other'}`).join('\n')}\n`

/** Points in a square, a color, which half they are in, and a number that depends on all. */
const points = Array.from({ length: 80 }, (_, i) => {
  const [a, b] = [(i % 10) / 10, Math.floor(i / 10) / 8]
  const color = ['red', 'green', 'blue'][i % 3]!
  return { a, b, color, half: a + b > 0.9 ? 'upper' : 'lower', sum: 100 + 10 * a - 5 * b + (color === 'red' ? 3 : 0) }
})
const header = 'a,b,color,half,sum'
const csvOf = (rows: readonly object[]): string =>
  `${header}\n${rows.map((row) => Object.values(row).join(',')).join('\n')}\n`

const small = ['--hidden', '8', '--seed', '1']

/** Writes files and gives their paths. */
async function written(folder: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  return Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }),
  )
}

async function printed(...args: string[]): Promise<string> {
  const { code, err, out } = await unrolled(args)
  expect([err, code]).toEqual(['', 0])
  return out
}

/** What a command that must fail says, and its exit code. */
async function refused(...args: string[]): Promise<string> {
  const { code, err, out } = await unrolled(args)
  expect([code > 0, out]).toEqual([true, ''])
  expect(err).toMatch(/^error: /)
  expect(err).not.toMatch(/bug|\n\s+at /)
  return err
}

test('a table is trained on, reported, calibrated, and its model predicts and is measured', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'words.csv': palindromes })
    const out = join(folder, 'm.safetensors')
    const run = ['train', file!, '--out', out, '--epochs', '60', '--lr', '0.02', ...small]
    const said = await printed(...run)
    expect(said).toContain('classifier: kind (2 labels) from the text word\n  guessed from the columns; ')
    expect(said).toMatch(/\n29 rows of [\d.]+ steps each, \d+ at most, 7 held out \(drawn, of each kind its share\); /)
    expect(said).toMatch(/\non what was held out.*\naccuracy .* the most frequent label alone .*\n/)
    const model = (await loadModel(out)) as Classifier
    expect(model.roles).toEqual({ text: 'word', label: 'kind' })
    expect(model.temperature).not.toBe(1)
    // What is said of a row does not depend on how it comes.
    const [one] = events(await printed('predict', out, '--text', 'otto', '--json'))
    const all = events(await printed('predict', out, file!, '--json'))
    expect(all).toHaveLength(twice.length)
    const found = all[twice.indexOf('otto')]!
    expect(found['place']).toBe(`${file}, row ${twice.indexOf('otto') + 2}`)
    expect(found['label']).toBe(one!['label'])
    expect(found['probability']).toBeCloseTo(Number(one!['probability']), 6)
    const lines = await unrolled(['predict', out, '-', '--csv'], { input: '\uFEFFotto\r\nbread\r\n' })
    const [head, first] = lines.out.split('\n').map((line) => line.split(','))
    expect(head).toEqual(['word', 'predicted label', 'predicted probability'])
    expect(first!.slice(0, 2)).toEqual(['otto', one!['label']])
    expect(Number(first![2])).toBeCloseTo(Number(one!['probability']), 6)
    // The same rows as a table on standard input, and as texts in a file.
    const piped = await unrolled(['predict', out, '--json'], { input: palindromes })
    expect(events(piped.out).map(({ label }) => label)).toEqual(all.map(({ label }) => label))
    const [texts] = await written(folder, { 'texts.txt': twice.join('\n') })
    expect(events(await printed('predict', out, texts!, '--json')).map(({ label }) => label)).toEqual(
      all.map(({ label }) => label),
    )
    const [measured] = events(await printed('evaluate', out, file!, '--json'))
    const right = all.filter(({ label }, i) => label === (isPalindrome(twice[i]!) ? 'palindrome' : 'other')).length
    expect(measured).toMatchObject({ event: 'done', rows: twice.length, accuracy: right / twice.length })
    for (const { place } of measured!['worst'] as { place: string }[]) expect(place).toMatch(/words\.csv, row \d+$/)
    const shown = await printed('evaluate', out, file!)
    expect(shown).toContain(`${twice.length} rows: accuracy ${((100 * right) / twice.length).toFixed(1)} %, macro F1 `)
  })
})

test('what is held out is not looked at in training: a word, a number and a category of its own change nothing', async () => {
  await inFolder(async (folder) => {
    const rows = points.slice(0, 60)
    const odd = points.slice(60).map((row) => ({ ...row, a: row.a * 1000, color: 'purple' }))
    const [file, held] = await written(folder, { 'a.csv': csvOf(rows), 'b.csv': csvOf(odd) })
    const out = join(folder, 'm')
    const run = ['train', file!, '--label', 'half', '--x', 'a,b,color', '--held', held!, '--steps', '5', ...small]
    expect(await refused(...run, '--out', out)).toMatch(
      /b\.csv, row 2: color is 'purple'; it must be one of blue, green, red/,
    )
    const said = await printed(...run, '--out', out, '--unknown', 'ignore')
    expect(said).toContain('60 rows, 20 held out (of ')
    const { content } = await loadModel(`${out}.safetensors`)
    const mean = rows.reduce((sum, { a }) => sum + a, 0) / rows.length
    const [a, , color] = (content()['input'] as unknown as { columns: { mean?: number; categories?: string[] }[] })
      .columns
    expect(a!.mean).toBeCloseTo(mean, 9)
    expect(color!.categories).toEqual(['blue', 'green', 'red'])
  })
})

test('numbers are told in their own units, beside the mean, and rows of one step by a feedforward', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'points.csv': csvOf(points) })
    const out = join(folder, 'm.safetensors')
    const run = ['--target', 'sum', '--x', 'a,b,color', '--out', out, '--epochs', '150', '--lr', '0.02', ...small]
    const said = await printed('train', file!, ...run)
    expect(said).toContain('feedforward: sum from a, b, color\n64 rows, 16 held out (drawn); ')
    expect(((await loadModel(out)) as Regressor).measures[0]).toMatchObject({ name: 'sum' })
    const told = events(await printed('predict', out, file!, '--json'))
    told.forEach(({ values }, i) => expect(Math.abs((values as { sum: number }).sum - points[i]!.sum)).toBeLessThan(2))
    const csv = await printed('predict', out, file!, '--csv')
    expect(csv).toMatch(/^a,b,color,half,sum,predicted sum\n0,0,red,lower,103,10[234]/)
    const [measured] = events(await printed('evaluate', out, file!, '--json'))
    const [figure] = measured!['figures'] as { name: string; value: number; constant: number }[]
    expect(figure!.name).toBe('RMSE of sum')
    expect(figure!.value).toBeLessThan(figure!.constant / 3)
    expect((measured!['worst'] as object[])[0]).toMatchObject({
      name: 'sum',
      is: expect.any(Number),
      said: expect.any(Number),
    })
  })
})

test('rows of a sequence stay together, in the order of their time, and each sequence gets one answer', async () => {
  await inFolder(async (folder) => {
    // Which way a number goes; rows lie about in any order.
    const rows = Array.from({ length: 40 }, (_, id) =>
      Array.from({ length: 4 }, (_, t) => ({ id, t, v: id % 2 === 0 ? t : 3 - t, way: id % 2 === 0 ? 'up' : 'down' })),
    ).flat()
    const mixed = rows.map((row, i) => rows[(i * 7) % rows.length]!)
    const csv = `id,t,v,way\n${mixed.map((row) => Object.values(row).join(',')).join('\n')}\n`
    const [file] = await written(folder, { 'ways.csv': csv })
    const out = join(folder, 'm.safetensors')
    expect(await refused('train', file!, '--out', out)).toMatch(
      /what is to be read is not clear.*--sequence id --time t/s,
    )
    const run = ['--sequence', 'id', '--time', 't', '--label', 'way', '--x', 'v', '--lr', '0.02', '--epochs', '60']
    const said = await printed('train', file!, ...run, '--out', out, '--baseline', 'shuffled', ...small)
    expect(said).toContain(
      'way (2 labels) from v, a step a row, a sequence a id, ordered by t\n32 sequences of 4 steps each',
    )
    expect(said).toContain('8 held out (whole sequences)')
    const lines = said.slice(said.indexOf('beside it')).split('\n')
    expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(
      expect.arrayContaining(['classifier', 'shuffled', 'always the same']),
    )
    const [ours, shuffled] = lines.slice(1, 3).map((line) => Number(/([\d.]+) %/.exec(line)![1]))
    expect(ours).toBe(100)
    expect(shuffled).toBeLessThan(90)
    const told = events(await printed('predict', out, file!, '--json'))
    expect(told).toHaveLength(40)
    for (const { sequence, label } of told) expect(label).toBe(Number(sequence) % 2 === 0 ? 'up' : 'down')
    const [head, ...rest] = (await printed('predict', out, file!, '--csv')).trim().split('\n')
    expect([head, rest.length]).toEqual(['id,predicted label,predicted probability', 40])
  })
})

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

test('Ctrl-C saves; a stored run goes on with its rows, its columns and what it had learnt', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'words.csv': palindromes })
    const out = join(folder, 'm.safetensors')
    const run = ['train', file!, '--out', out, '--epochs', '500', '--patience', '1000', '--json', ...small]
    const stopped = await unrolled(run, { interruptWhen: (sofar) => sofar.split('\n').length > 5 })
    expect(stopped.code).toBe(130)
    expect(existsSync(out)).toBe(true)
    const step = Number(events(stopped.out).at(-1)!['step'])
    const resumed = events(await printed('train', '--resume', '--out', out, '--steps', String(step + 2), '--json'))
    expect(resumed.find(({ event }) => event === 'resume')).toMatchObject({ identical: true, step })
    expect(resumed.find(({ event }) => event === 'done')).toMatchObject({ step: step + 2 })
    expect(resumed.at(-1)).toMatchObject({ event: 'report', of: 'classifier' })
    const offered = await unrolled(['train', file!, '--out', out], { answer: 's' })
    expect(offered.out).toContain('kind (2 labels) from the text word')
    const further = ['train', file!, '--from', out, '--out', join(folder, 'n'), '--steps', '1', '--json']
    expect(events(await printed(...further)).at(-1)).toMatchObject({ event: 'report' })
    expect(await refused(...further.slice(0, 4), '--out', join(folder, 'o'), '--label', 'kind')).toContain(
      'leave --label away',
    )
  })
})

test.each([
  [
    'a label that hardly comes back',
    ['--label', 'word'],
    '36 different values in 36 rows are no labels; a label comes back',
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
  ['both label and target', ['--target', 'id', '--label', 'kind', '--text', 'word'], 'either label'],
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
  ['one row', 'word,kind\nanna,a\n', ['--text', 'word'], 'of rows.csv: 1 row nothing would be held out'],
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

test('predict and evaluate name the row and column that do not fit, and what is no model of theirs', async () => {
  await inFolder(async (folder) => {
    const [file, lacking, odd, text] = await written(folder, {
      'points.csv': csvOf(points),
      'lacking.csv': 'a,colour\n1,red\n',
      'odd.csv': 'a,b,color\n1,2,red\n1,2,pink\n',
      'text.txt': 'the quick brown fox '.repeat(20),
    })
    const out = join(folder, 'm.safetensors')
    await printed('train', file!, '--label', 'half', '--x', 'a,b,color', '--out', out, '--steps', '2', ...small)
    expect(await refused('predict', out, lacking!)).toMatch(/lacking\.csv, row 2 has no column b; there are a, colour/)
    expect(await refused('predict', out, odd!)).toMatch(
      /odd\.csv, row 3: color is 'pink'; it must be one of blue, green, red/,
    )
    expect(await refused('predict', out, '--text', 'x')).toContain('the model reads columns, not texts')
    expect(await refused('evaluate', out, lacking!)).toMatch(/lacking\.csv, row 2 has no column/)
    expect((await unrolled(['predict', out], { answer: '' })).err).toContain('what of? Name files of rows; - reads')
    const words = join(folder, 'l.safetensors')
    await printed(
      'train',
      text!,
      '--out',
      words,
      '--steps',
      '1',
      '--sample',
      '0',
      '--hidden',
      '4',
      '--batch',
      '2',
      '--unroll',
      '5',
    )
    expect(await refused('predict', words, file!)).toContain('holds a languageModel; predict asks models')
    expect(await refused('generate', out)).toContain('holds a classifier; a language model is needed')
  })
})

test('data says what a file holds, and its commands train what it says', async () => {
  await inFolder(async (folder) => {
    const gap = points.map((row, i) => ({ ...row, b: i === 3 ? '' : row.b }))
    const [file, text] = await written(folder, {
      'points.csv': csvOf(gap),
      'names.txt': 'anna\nbert\nclara\n'.repeat(20),
    })
    const said = await printed('data', file!)
    expect(said).toMatch(/\n {2}b +numbers +1 missing +8 different +0 to 0\.875\n/)
    expect(said).toMatch(/\n {2}color +text +3 different +green \(27\), red \(27\), blue \(26\)\n/)
    const [facts] = events(await printed('data', file!, '--json'))
    expect(facts).toMatchObject({ event: 'done', rows: 80 })
    expect((facts!['columns'] as object[])[1]).toMatchObject({
      name: 'b',
      type: 'number',
      missing: 1,
      range: [0, 0.875],
    })
    const commands = (facts!['commands'] as { command: string; says: string }[]).slice(0, 2)
    expect(commands.map(({ says }) => says)).toEqual(['color from a, b, half, sum', 'half from a, b, color, sum'])
    for (const [i, { command, says }] of commands.entries()) {
      const run = [
        ...command.split(' ').slice(1),
        '--steps',
        '1',
        '--missing',
        'skip',
        '--out',
        join(folder, `m${i}`),
        ...small,
      ]
      const out = await printed(...run)
      expect(out).toContain(says.replace(' from', ` (${i === 0 ? 3 : 2} labels) from`))
      expect(out).toContain('1 of 80 rows left out, in which nothing stands in b\n')
    }
    expect(await printed('data', text!)).toMatch(/60 lines of 5 on average.*unrolled train .*names\.txt --lines\n/s)
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

test('show tells how a model reads and what it says', async () => {
  await inFolder(async (folder) => {
    const [file, table] = await written(folder, { 'words.csv': palindromes, 'points.csv': csvOf(points) })
    const [words, sums] = [join(folder, 'w.safetensors'), join(folder, 's.safetensors')]
    await printed('train', file!, '--out', words, '--steps', '2', ...small)
    const said = await printed('show', words)
    expect(said).toMatch(
      /\ninput\n {2}kind: text\n {2}units: characters\n {2}symbols: <unk>, .*\(\d+\)\nroles\n {2}text: word\n {2}label: kind\n/,
    )
    expect(said).toMatch(/\nlabels: other, palindrome\ntemperature: [\d.]+\n/)
    await printed('train', table!, '--target', 'sum', '--x', 'a,color', '--out', sums, '--steps', '2', ...small)
    expect(await printed('show', sums)).toMatch(
      /\n {2}columns: 2\n {4}a, mean 0\.4.*, deviation .*\n {4}color, categories blue, green, red\n/,
    )
    expect(events(await printed('show', sums, '--json'))[0]).toMatchObject({ content: { roles: { target: ['sum'] } } })
  })
})

test('on a screen the confusion is a coloured grid, elsewhere the same without colours', () => {
  const paint = painted({ colour: true } as Terminal)!
  expect(painted({ colour: false } as Terminal)).toBeUndefined()
  const colours = [
    paint('1', 0.9, true),
    paint('1', 0.3, true),
    paint('1', 0.3, false),
    paint('1', 0.1, false),
    paint('1', 0, false),
  ]
  expect(new Set(colours).size).toBe(5)
  for (const cell of colours) expect(stripVTControlCharacters(cell)).toBe('1')
})

test('a model that answers at each step says so of each row, in the order of their time', async () => {
  await inFolder(async (folder) => {
    const rows = Array.from({ length: 24 }, (_, i) => {
      const [id, t] = [i % 4, Math.floor(i / 4)]
      return { id, t: 5 - t, v: (i * 7) % 5, tag: (i * 7) % 5 > 2 ? 'high' : 'low' }
    })
    const data = tagged(rows, { x: ['v'], sequence: 'id', time: 't', label: 'tag' })
    const model = tagger(data, { cell: rnn, hidden: 6, seed: 1 })
    await train(model, data, { epochs: 150, optimizer: adam({ lr: 0.05 }) }).finish()
    const out = join(folder, 'm.safetensors')
    await saveModel(model, out)
    const csv = `id,t,v,tag\n${rows.map((row) => Object.values(row).join(',')).join('\n')}\n`
    const [file] = await written(folder, { 'steps.csv': csv })
    const told = events(await printed('predict', out, file!, '--json'))
    expect(told).toHaveLength(24)
    for (const { place, label } of told) expect(label).toBe(rows[Number(/\d+$/.exec(String(place))![0]) - 2]!.tag)
    const lines = (await printed('predict', out, file!, '--csv')).trim().split('\n').slice(1)
    expect(lines.slice(0, 6).map((line) => line.split(',').slice(0, 2).join())).toEqual([
      '0,0',
      '0,1',
      '0,2',
      '0,3',
      '0,4',
      '0,5',
    ])
    expect(await printed('predict', out, file!)).toMatch(/^label +probability +id\n(high|low) +[\d.]+ % +id 0\n/)
  })
})

test('what predict writes as CSV is read as it was', async () => {
  await inFolder(async (folder) => {
    const texts = twice.map(
      (word, i) => `{"word":${JSON.stringify(`${word}, "so"\nand so`)},"n":[1,${i}],"kind":${i % 2}}`,
    )
    const [file] = await written(folder, { 'w.jsonl': texts.join('\n') })
    const out = join(folder, 'm.safetensors')
    await printed('train', file!, '--label', 'kind', '--text', 'word', '--out', out, '--steps', '2', ...small)
    const csv = await printed('predict', out, file!, '--csv')
    const [again] = await written(folder, { 'again.csv': csv })
    const [first, second] = await Promise.all([file!, again!].map((name) => printed('predict', out, name, '--json')))
    const labels = (text: string) => events(text).map(({ label, probability }) => [label, probability])
    expect(labels(second!)).toEqual(labels(first!))
    expect(await readFile(again!, 'utf8')).toContain('"[1,0]"')
  })
})
