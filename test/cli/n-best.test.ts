// What else a model may say: --n-best.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { csvOf, palindromes, points, printed, refused, small, written } from './tables.ts'
import { events, inFolder } from './terminal.ts'

const steps = ['--steps', '1', ...small]
/** Cells of the lines of a table, of which two blanks and more lie between columns. */
const cellsOf = (table: string): string[][] => table.trimEnd().split('\n').map((line) => line.split(/ {2,}(?=\S)/)) // prettier-ignore

test('of a classifier, labels with their probabilities, the likeliest first', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'points.csv': csvOf(points) })
    const out = join(folder, 'm')
    await printed('train', file!, '--label', 'color', '--x', 'a,b', '--out', out, ...steps)
    const [new1] = await written(folder, { 'new.csv': 'a,b\n0.5,0.5\n0.1,0.9\n' })
    const [first, second] = events(await printed('predict', out, new1!, '--json', '--n-best', '3'))
    const best = first!['best'] as { label: string; probability: number }[]
    expect(best.map(({ label }) => label).sort()).toEqual(['blue', 'green', 'red'])
    expect(best[0]).toEqual({ label: first!['label'], probability: first!['probability'] })
    expect(best.map(({ label, probability }) => [label, probability])).toEqual(
      Object.entries(first!['probabilities'] as Record<string, number>).sort((a, b) => b[1] - a[1]),
    )
    const shown = (await printed('predict', out, new1!, '--n-best', '2')).split('\n')
    expect(shown[1]).toMatch(new RegExp(`^${best[0]!.label} +\\d+\\.\\d % +a 0\\.5, b 0\\.5$`))
    expect(shown[2]).toMatch(new RegExp(`^ {2}${best[1]!.label} +\\d+\\.\\d %$`))
    expect(shown).toHaveLength(6)
    const csv = (await printed('predict', out, new1!, '--csv', '--n-best', '4')).split('\n')
    // There is no fourth.
    expect(csv[0]).toBe(
      `a,b,${[1, 2, 3, 4].map((k) => ['label', 'probability'].map((name) => `predicted ${name}${k > 1 ? ` ${k}` : ''}`).join()).join()}`,
    )
    expect(csv[2]).toMatch(new RegExp(`^0\\.1,0\\.9,${second!['label'] as string},.*\\d,,$`))
    expect(await refused('predict', out, new1!, '--n-best', '0')).toContain('--n-best is 0; it must be a whole number')
    await printed('train', file!, '--target', 'sum', '--x', 'a,b', '--out', join(folder, 'n'), ...steps)
    expect(await refused('predict', join(folder, 'n'), new1!, '--n-best', '2')).toMatch(
      /--n-best 2: a regressor says one thing of a row; leave it away/,
    )
  })
})

test('of several labels, those that are most probable, said or not', async () => {
  await inFolder(async (folder) => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 2 ? 'odd' : ''}${i % 3 ? '' : ';third'}`)
    const [file] = await written(folder, { 'rows.csv': `v,tags\n${rows.join('\n')}\n` })
    const out = join(folder, 'm')
    await printed('train', file!, '--labels', 'tags', '--separator', ';', '--x', 'v', '--missing', 'skip', '--out', out, ...steps) // prettier-ignore
    const [first] = events(await printed('predict', out, file!, '--json', '--n-best', '1'))
    const most = Object.entries(first!['probabilities'] as Record<string, number>).sort((a, b) => b[1] - a[1])[0]!
    expect(first!['best']).toEqual([{ label: most[0], probability: most[1] }])
  })
})

test('of a tagger, tagged sentences, with how much less likely they are', async () => {
  await inFolder(async (folder) => {
    const sentence = 'anna B-X\nwent O\nhome B-Y\n\nbob B-X\nflew O\n\n'
    const [file] = await written(folder, { 'news.bio': sentence.repeat(20) })
    for (const how of [[], ['--transitions']]) {
      const out = join(folder, `m${how.length}`)
      await printed('train', file!, '--out', out, ...steps, ...how)
      const texts = ['predict', out, '--text', 'anna flew', '--n-best', '3']
      const shown = (await printed(...texts)).trimEnd().split('\n')
      expect(shown).toHaveLength(3)
      expect(shown[0]).not.toMatch(/nats/)
      const nats = shown.slice(1).map((line) => Number(/^ {2}anna\S* flew\S* (-\d+\.\d\d) nats$/.exec(line)![1]))
      expect(nats[1]).toBeLessThanOrEqual(nats[0]!)
      const words = events(await printed(...texts, '--json'))
      expect(words.map(({ token, label }) => [token, label])).toEqual(
        words.map(({ best }) => [(best as { token: string }[])[0]!.token, (best as { label: string }[])[0]!.label]),
      )
      const score = (word: number, k: number): number => (words[word]!['best'] as { score: number }[])[k]!.score
      expect([score(0, 1), score(0, 2)]).toEqual([score(1, 1), score(1, 2)])
      expect(score(0, 1) - score(0, 0)).toBeCloseTo(nats[0]!, 2)
      const csv = (await printed(...texts, '--csv')).split('\n')
      expect(csv[0]).toContain(
        'predicted label,predicted probability,predicted score,predicted token 2,predicted label 2',
      )
    }
  })
})

test('of what writes, what else was found', async () => {
  await inFolder(async (folder) => {
    const [file, strips] = await written(folder, {
      'words.csv': palindromes,
      'strips.jsonl': Array.from(
        { length: 30 },
        (_, i) =>
          `${JSON.stringify({ strip: Array.from({ length: 6 }, (_, t) => [(t * i) % 3]), said: i % 2 ? 'ab' : 'ba' })}\n`,
      ).join(''),
    })
    const [captions, transcripts] = [join(folder, 'c'), join(folder, 't')]
    await printed('train', file!, '--caption', 'kind', '--x', 'id', '--out', captions, ...steps)
    await printed('train', strips!, '--task', 'transcriber', '--label', 'said', '--out', transcripts, ...steps)
    for (const [out, rows] of [
      [captions, file!],
      [transcripts, strips!],
    ] as const) {
      const [first] = events(await printed('predict', out, rows, '--json', '--n-best', '3'))
      const best = first!['best'] as { text: string; score: number }[]
      expect(best).toHaveLength(3)
      expect(best[0]).toEqual({ text: first!['text'], score: first!['score'] })
      expect(best.slice(1)).toEqual(
        (first!['alternatives'] as object[]).slice(0, 2).map((one) => expect.objectContaining(one)),
      )
      expect(new Set(best.map(({ text }) => text)).size).toBe(3)
    }
    // More than are usually followed.
    const [wide] = events(await printed('predict', transcripts, strips!, '--json', '--n-best', '20'))
    expect(wide!['best']).toHaveLength(20)
    expect(cellsOf(await printed('predict', transcripts, strips!, '--n-best', '2'))[0]).toEqual([
      'text',
      'score',
      'row',
    ])
  })
})
