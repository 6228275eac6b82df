import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { laid, png } from '../cli/media-files.ts'
import { inFolder, unrolled } from '../cli/terminal.ts'

const here = process.cwd()
afterAll(() => process.chdir(here))

/** Commands of a section, without what a shell takes away. */
function commands(document: string, heading: string): string[][] {
  const text = readFileSync(join(here, document), 'utf8').split(`## ${heading}\n`)[1]!.split('\n## ')[0]!
  const [, block] = /^```sh\n([\s\S]*?)^```$/m.exec(text)!
  return block!
    .trim()
    .split('\n')
    .map((line) => [...line.replace(/ +#.*/, '').matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word))
}

const table = (head: string, rows: number, row: (i: number) => string): string =>
  [head, ...Array.from({ length: rows }, (_, i) => row(i))].join('\n')
const mails = (rows: number): string =>
  table('body,class', rows, (i) =>
    i % 2 === 0 ? `you have won prize ${i} now,spam` : `the meeting number ${i} is today,ham`,
  )

const spelt = (rows: number): string =>
  table(
    'word,sounds',
    rows,
    (i) => `${'abcd'[i % 4]}${'abcd'[(i >> 2) % 4]}t,${'ABCD'[i % 4]} ${'ABCD'[(i >> 2) % 4]} T`,
  )

const strips = (rows: number): string =>
  Array.from({ length: rows }, (_, i) => {
    const said = [i % 2, (i >> 1) % 2]
    return JSON.stringify({
      strip: said.flatMap((one) => [
        [0, 0],
        [one, 1 - one],
      ]),
      said: said.join(''),
    })
  }).join('\n')

/** Days of sales that are higher at weekends; behind them so many of which is known whether it is open. */
const sold = (from: number, days: number, ahead = 0): string =>
  table('day,sales,open', days + ahead, (i) => {
    const at = from + i
    const day = new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10)
    const sales = i < days ? (10 + 4 * Math.sin((2 * Math.PI * at) / 7) + Math.sin(13 * at)).toFixed(2) : ''
    return `${day},${sales},${at % 5 !== 0}`
  })

/** Files that the commands speak of. */
const files = {
  'mails.csv': mails(60),
  'new-mails.csv': mails(4),
  'more-mails.csv': mails(20),
  'news.bio': Array.from({ length: 30 }, (_, i) =>
    i % 2 === 0 ? 'Ada B-PER\nmet O\nGrace B-PER\n' : `Yesterday O\nBern B-LOC\nwas O\nwet${i} O\n`,
  ).join('\n'),
  'words.csv': spelt(40),
  'new-words.csv': spelt(4),
  'more-words.csv': spelt(10),
  'dishes.jsonl': Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ dish: `dish ${i % 7}`, tags: ['hot', 'sweet'].filter((_, k) => (i >> k) % 2) }),
  ).join('\n'),
  'photos.csv': table('photo,says', 40, (i) => `photos/${i % 2}.png,it is ${['dark', 'bright'][i % 2]}`),
  'photos/0.png': png([[0, 0]]),
  'photos/1.png': png([[255, 250]]),
  'pictures.jsonl': Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      picture: [
        [i % 2, 1],
        [(i >> 1) % 2, 0],
      ],
      says: `${i % 2} above ${(i >> 1) % 2}`,
    }),
  ).join('\n'),
  'strips.jsonl': strips(40),
  'new-strips.jsonl': strips(3),
  'more-strips.jsonl': strips(12),
  'sales.csv': sold(0, 180, 7),
  'last-year.csv': sold(-300, 300),
  'this-week.csv': sold(150, 60),
  'points.csv': table('a,b,color,height', 40, (i) => `${i},${i % 7},${['red', 'blue'][i % 2]},${i / 3}`),
  'sensors.csv': table('run,at,value1,value2,state', 80, (i) => {
    const [run, at] = [i % 20, Math.floor(i / 20)]
    return `${run},${at},${run % 2 === 0 ? at : -at},${i % 3},${run % 2 === 0 ? 'up' : 'down'}`
  }),
}

/** What makes training short, which `forecast` does where it is given no model. */
function short([command, first = '']: readonly string[]): string[] {
  if (command === 'train') return ['--epochs', '3', '--hidden', '8']
  return command === 'forecast' && first.endsWith('.csv') ? ['--steps', '20'] : []
}

test.each([
  ['README.md', "Tables of one's own"],
  ['README.md', 'Forecasts'],
  ['docs/forecasting.md', 'On the command line'],
  ['docs/topologies.md', 'On the command line'],
  ['docs/transcription.md', 'On the command line'],
  ['docs/translation.md', 'On the command line'],
])('the commands of %s, %s, work as they stand', async (document, heading) => {
  const all = commands(document, heading)
  expect(all.length).toBeGreaterThanOrEqual(5)
  await inFolder(async (folder) => {
    await laid(folder, files)
    process.chdir(folder)
    try {
      for (const [program, ...args] of all) {
        expect(program).toBe('unrolled')
        const { code, err, out } = await unrolled([...args, ...short(args)])
        expect([args.join(' '), code, err]).toEqual([args.join(' '), 0, ''])
        expect(out.length).toBeGreaterThan(20)
      }
    } finally {
      process.chdir(here)
    }
  })
})
