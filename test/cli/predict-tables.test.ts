import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adam, rnn, saveModel, tagged, tagger, train } from '../../src/node.ts'
import { twice, points, csvOf, small, written, printed, refused } from './tables.ts'
import { events, inFolder, unrolled } from './terminal.ts'

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
    expect(await refused('predict', out, lacking!)).toContain('lacking.csv has no column "b"; there are "a", "colour"')
    expect(await refused('predict', out, odd!)).toMatch(
      /odd\.csv, row 3: color is 'pink'; it must be one of blue, green, red/,
    )
    expect(await refused('predict', out, '--text', 'x')).toContain('the model reads columns, not texts')
    expect(await refused('evaluate', out, lacking!)).toContain('lacking.csv has no column "b"')
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

test('later rows are read as those of training were, whatever they look like alone', async () => {
  await inFolder(async (folder) => {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `${i},${['1.50', 'x', 'y'][i % 3]},${['true', 'open', 'shut'][i % 3]}`,
    )
    const [file, text, digits, label] = await written(folder, {
      'sizes.csv': `size,grade,is\n${rows.join('\n')}\n`,
      // Two of three are no numbers, so that by itself the column is one of texts.
      'text.csv': 'size,grade\n50,x\nbig,y\nsmall,y\n',
      'digits.csv': 'size,grade\n50,1.50\n',
      'label.csv': 'size,grade,is\n50,1.50,true\n',
    })
    const out = join(folder, 'm.safetensors')
    const roles = ['--label', 'is', '--x', 'size,grade']
    await printed('train', file!, ...roles, '--out', out, '--steps', '2', ...small)
    const said = await refused('predict', out, text!)
    expect(said).toMatch(/text\.csv, row 3, column "size": 'big' is no number, as the other one is/)
    expect(events(await printed('predict', out, digits!, '--json'))).toHaveLength(1)
    expect((await unrolled(['predict', out, '-'], { input: 'size,grade\n50,1.50\n' })).err).toBe('')
    expect(await printed('evaluate', out, label!)).toContain('1 row: accuracy')
    const held = join(folder, 'held.safetensors')
    await printed('train', file!, ...roles, '--held', label!, '--out', held, '--steps', '2', ...small)
  })
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
