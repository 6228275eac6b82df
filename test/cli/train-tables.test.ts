import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadModel, type Classifier, type Regressor } from '../../src/node.ts'
import { twice, isPalindrome, palindromes, points, csvOf, small, written, printed, refused } from './tables.ts'
import { events, inFolder, unrolled } from './terminal.ts'

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

test('columns that say the same in every row are named', async () => {
  await inFolder(async (folder) => {
    const rows = points.map(({ a, b, half }) => ({ a, b: b * 0, color: 'red', half, sum: 1 }))
    const [file] = await written(folder, { 'a.csv': csvOf(rows) })
    const run = ['train', file!, '--label', 'half', '--steps', '1', ...small]
    const said = await printed(...run, '--x', 'a,b,color', '--out', join(folder, 'm'))
    expect(said).toContain('\n2 of 3 columns say the same in every row: b, color\n')
    expect(await printed(...run, '--x', 'a', '--out', join(folder, 'n'))).not.toContain('the same in every row')
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

test('a star stands for all columns but what is to be told', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'points.csv': csvOf(points) })
    const run = ['train', file!, '--target', 'sum', '--x', '*', '--steps', '1', '--out', join(folder, 'm'), ...small]
    expect(await printed(...run)).toContain('feedforward: sum from a, b, color, half\n')
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
