import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { taggedText } from '../../cli/tables/tagged-text.ts'
import { printed, refused, small, written } from './tables.ts'
import { events, inFolder } from './terminal.ts'

const [names, places, verbs] = [
  ['anna', 'bob', 'carla', 'dan'],
  ['rome', 'paris', 'oslo'],
  ['went', 'flew'],
]
const sentences = Array.from({ length: 60 }, (_, i) => [
  [names[i % 4]!, 'B-PER'],
  [verbs[i % 2]!, 'O'],
  ['to', 'O'],
  [places[i % 3]!, 'B-LOC'],
  ...(i % 5 === 0 ? [['.', 'O']] : []),
])
const bio = `${sentences.map((rows) => rows.map((row) => `${row.join(' ')}\n`).join('')).join('\n')}\n`

test('words one a row are labelled: guessed, trained, reported beside the usual labels, predicted and measured', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'news.bio': bio })
    const out = join(folder, 'm.safetensors')
    const run = ['train', file!, '--epochs', '8', '--lr', '0.02', '--baseline', 'frequent', '--out', out, ...small]
    const said = await printed(...run)
    expect(said).toContain('tagger: label (3 labels) from the words token, a step a row, a sequence a sentence\n')
    expect(said).toContain('48 sequences of 4 steps each, 5 at most, 12 held out (whole sequences)')
    expect(said).toMatch(/\nfrequent +100\.0 % +100\.0 %/)
    expect(await printed('predict', out, '--text', 'dan flew to oslo')).toBe('dan/B-PER flew to oslo/B-LOC\n')
    const told = events(await printed('predict', out, file!, '--json'))
    expect(told.map(({ token, label }) => [token, label])).toEqual(sentences.flat())
    const [measured] = events(await printed('evaluate', out, file!, '--json'))
    expect(measured).toMatchObject({ event: 'done', accuracy: 1 })
    expect(await printed('show', out)).toMatch(/\nlabels: B-LOC, B-PER, O\n/)
    // A word with a label that it never had surprises most, in its sentence.
    const [odd] = await written(folder, { 'odd.bio': bio.replace('rome B-LOC', 'rome B-PER') })
    const [first] = events(await printed('score', out, odd!, '--top', '1', '--json'))
    expect(first!['place']).toBe(`${odd}, line 1`)
    const [wrong] = events(await printed('evaluate', out, odd!, '--json'))
    const [worst] = wrong!['worst'] as { place: string; is: string; said: string }[]
    expect(worst).toMatchObject({ place: `${odd}, line 4`, is: 'B-PER', said: 'B-LOC' })
  })
})

test('data says what CoNLL-U could train, and its command does it, with transitions', async () => {
  await inFolder(async (folder) => {
    const row = (word: readonly string[], i: number): string =>
      `${i + 1}\t${word[0]}\t_\t${i % 2 ? 'VERB' : 'NOUN'}\t_\t_\t_\t_\t_\t_\n`
    const text = sentences.map((rows) => `${rows.map(row).join('')}\n`).join('')
    const [file] = await written(folder, { 'en.conllu': text })
    const [facts] = events(await printed('data', file!, '--json'))
    const [{ command, says }] = facts!['commands'] as [{ command: string; says: string }]
    expect([command, says]).toEqual([
      `unrolled train ${file}`,
      'upos from the words form, a step a row, a sequence a sentence',
    ])
    const run = [...command.split(' ').slice(1), '--steps', '2', '--transitions', '--spelling', '4', ...small]
    expect(await printed(...run, '--out', join(folder, 'm'))).toContain('tagger: upos (2 labels)')
    expect(await refused('train', file!, '--pooling', 'mean', '--out', join(folder, 'n'))).toContain(
      'a tagger labels each step of a sequence: leave --pooling away',
    )
    expect(await refused('train', file!, '--baseline', '--out', join(folder, 'n'))).toContain(
      'a feedforward reads a sequence all at once',
    )
  })
})

test('a text that comes back is a text where it has several words, and may be one where it has not', async () => {
  await inFolder(async (folder) => {
    const phrases = ['good morning to you', 'have a nice day', 'what a bad day', 'never come back']
    const lines = Array.from({ length: 40 }, (_, i) => `${phrases[i % 4]},${i % 4 < 2 ? 'kind' : 'rude'}`)
    const words = Array.from({ length: 40 }, (_, i) => `${['anna', 'bob', 'cleo', 'dan'][i % 4]},${i % 2 ? 'x' : 'y'}`)
    const [texts, short] = await written(folder, {
      'texts.csv': `phrase,mood\n${lines.join('\n')}\n`,
      'names.csv': `name,kind\n${words.join('\n')}\n`,
    })
    const commands = async (file: string): Promise<string[]> =>
      (events(await printed('data', file, '--json'))[0]!['commands'] as { command: string }[]).map(({ command }) =>
        command.replace(`unrolled train ${file}`, '').trim(),
      )
    expect((await commands(texts!))[0]).toBe('')
    expect(await printed('train', texts!, '--steps', '1', '--out', join(folder, 'm'), ...small)).toContain(
      'classifier: mood (2 labels) from the text phrase',
    )
    expect(await commands(short!)).toEqual(
      expect.arrayContaining(['--label kind --x name', '--label kind --text name']),
    )
  })
})

test('tagged text is coloured by label on a screen, the same without colours elsewhere', () => {
  const words = [
    { token: 'Anna', label: 'B-PER' },
    { token: 'in', label: 'O' },
    { token: 'Rome', label: 'B-LOC' },
  ]
  expect(taggedText({ colour: false })(words)).toBe('Anna/B-PER in Rome/B-LOC')
  const coloured = taggedText({ colour: true })(words)
  expect(stripVTControlCharacters(coloured)).toBe('Anna/B-PER in Rome/B-LOC')
  expect(coloured).not.toBe(stripVTControlCharacters(coloured))
})
