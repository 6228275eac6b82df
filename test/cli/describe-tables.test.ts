import { join } from 'node:path'
import { expect, test } from 'vitest'
import { palindromes, points, csvOf, small, written, printed, refused } from './tables.ts'
import { events, inFolder } from './terminal.ts'

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

test('data thinks of pairs, of sequences of steps, of sentences and of logs, and its commands train', async () => {
  await inFolder(async (folder) => {
    const each = <One>(count: number, row: (i: number) => One): One[] => Array.from({ length: count }, (_, i) => row(i))
    const files = {
      'pairs.csv': `word,sounds\n${each(40, (i) => `w${i},s${39 - i}`).join('\n')}\n`,
      'runs.csv': `run,at,v,state\n${each(50, (i) => `r${i % 10},2024-01-01T00:00:${10 + (i % 50)},${i + 0.5},${i % 2 ? 'on' : 'off'}`).join('\n')}\n`,
      'words.csv': `sent_id,word,tag\n${each(60, (i) => `${i >> 2},${'abcd'[i % 4]},${'XYZW'[i % 4]}`).join('\n')}\n`,
      'app.log': `${each(60, (i) => `10.0.0.${i} - [2024-01-31 17:00:0${i % 10}] it took ${i} ms`).join('\n')}\n`,
    }
    const roles = [
      '--source word --target sounds',
      '--label state --x v --sequence run --time at',
      '',
      '--lines --mask',
    ]
    const paths = await written(folder, files)
    for (const [i, path] of paths.entries()) {
      const [{ commands }] = events(await printed('data', path, '--json')) as [{ commands: { command: string }[] }]
      expect(commands[0]!.command).toBe(`unrolled train ${path} ${roles[i]}`.trimEnd())
      const out = join(folder, `first${i}.safetensors`)
      const args = [...commands[0]!.command.split(' ').slice(1), '--out', out, '--steps', '1', ...small]
      await printed(...args, ...(i === 3 ? ['--sample', '0'] : []))
    }
  })
})

test('a label that is the same in all rows is told, and where', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'alike.csv': `a,label\n${points.map(({ a }) => `${a},x`).join('\n')}\n` })
    expect(await refused('train', file!)).toContain('every label is x, so that it tells no rows apart')
    const said = await refused('train', file!, '--label', 'label', '--x', 'a')
    expect(said).toMatch(/alike\.csv, row 2, column "label": every label is 'x'; there must be two to tell apart/)
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
