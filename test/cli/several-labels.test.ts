import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { printed, refused, small, written } from './tables.ts'
import { events, inFolder, unrolled } from './terminal.ts'

const [first, second, third] = [
  ['lamb', 'bean', 'egg', 'fish'],
  ['stew', 'cake', 'pie', 'soup'],
  ['small', 'large', 'fine', 'old'],
]
/** Dishes, and which of three labels they have, from none to two. */
const dishes = Array.from({ length: 64 }, (_, i) => {
  const [what, how] = [first![i % 4]!, second![(i >> 2) % 4]!]
  const tags = [/stew|soup/.test(how) && 'hot', how === 'cake' && 'sweet', /lamb|fish/.test(what) && 'meat, fish']
  return { dish: `${what} ${how} ${third![i >> 4]}`, tags: tags.filter((tag) => tag !== false) }
})
const jsonl = dishes.map((row) => `${JSON.stringify(row)}\n`).join('')
const csvWith = (sign: string): string =>
  `dish,tags\n${dishes.map(({ dish, tags }) => `${dish},"${tags.join(sign)}"\n`).join('')}`
const learning = ['--words', '--cell', 'gru', '--hidden', '16', '--seed', '1', '--epochs', '30', '--lr', '0.02']

test('lists of labels are guessed, learnt, calibrated, said of rows and texts, and measured', async () => {
  await inFolder(async (folder) => {
    const [file] = await written(folder, { 'dishes.jsonl': jsonl })
    const out = join(folder, 'm.safetensors')
    expect(await printed('data', file!)).toContain(`unrolled train ${file}\n      tags from the text dish\n`)
    const said = await printed('train', file!, '--out', out, '--baseline', ...learning)
    expect(said).toContain('classifier: tags (3 labels) from the text dish\n')
    expect(said).toMatch(/by which training was ended and probabilities were calibrated\nmicro F1 100\.0 %/)
    expect(said).toMatch(/\nmodel? +micro F1|\nmultilabelClassifier +100\.0 %/)

    expect(await printed('predict', out, '--text', 'fish stew', '--text', 'bean pie')).toMatch(
      /^labels +dish\n(hot, meat, fish|meat, fish, hot) +fish stew\n\(none\) +bean pie\n$/,
    )
    const rows = (await printed('predict', out, file!, '--csv')).split('\n')
    expect(rows[0]).toBe('dish,tags,predicted labels')
    expect(rows[2]).toBe('bean stew small,"[""hot""]",hot')
    const [told] = events(await printed('predict', out, '--text', 'egg cake', '--json'))
    expect(told).toMatchObject({ event: 'prediction', labels: ['sweet'] })
    expect(Object.keys(told!['probabilities'] as object)).toEqual(['hot', 'meat, fish', 'sweet'])

    const odd = dishes.map((row, i) => (i === 9 ? { ...row, tags: ['sweet'] } : row))
    const [wrong] = await written(folder, { 'odd.jsonl': odd.map((row) => `${JSON.stringify(row)}\n`).join('') })
    const [measured] = events(await printed('evaluate', out, wrong!, '--json'))
    expect(measured).toMatchObject({ rows: 64, subsetAccuracy: 63 / 64 })
    expect(measured!['worst']).toMatchObject([{ is: 'sweet', said: '(none)', place: `${wrong}, line 10` }])
    const [surprise] = events(await printed('score', out, wrong!, '--top', '1', '--json'))
    expect(surprise).toMatchObject({ place: `${wrong}, line 10`, text: 'sweet: bean pie small' })
  })
})

test('a text with a sign between labels, which an option tells and the model keeps', async () => {
  await inFolder(async (folder) => {
    const [file, bars] = await written(folder, {
      'dishes.csv': csvWith(' / '),
      'bars.csv': csvWith('|').replaceAll('meat, fish', 'meat'),
    })
    const out = join(folder, 'm')
    const roles = ['--text', 'dish', '--labels', 'tags']
    const said = await printed('train', file!, ...roles, '--separator', '/', '--out', out, ...learning)
    expect(said).toContain('classifier: tags (3 labels) from the text dish\n')
    const [measured] = events(await printed('evaluate', out, file!, '--json'))
    expect(measured).toMatchObject({ rows: 64, subsetAccuracy: 1 })
    // What is said can be read as the table was.
    expect(await printed('predict', out, '--text', 'fish stew', '--csv')).toMatch(
      /\nfish stew,"(hot\/meat, fish|meat, fish\/hot)"\n$/,
    )
    expect((measured!['byLabel'] as { label: string }[]).map(({ label }) => label)).toEqual([
      'hot',
      'meat, fish',
      'sweet',
    ])
    await printed('train', '--resume', '--out', out, '--epochs', '31')
    const further = await printed(
      'train',
      file!,
      '--from',
      `${out}.safetensors`,
      '--out',
      join(folder, 'n'),
      '--epochs',
      '1',
    )
    expect(further).toContain('tags (3 labels)')
    expect(events(await printed('evaluate', join(folder, 'n'), file!, '--json'))[0]).toMatchObject({
      subsetAccuracy: 1,
    })
    // Without a word about it, the usual signs do.
    expect(await printed('data', bars!)).toContain(`unrolled train ${bars}\n      tags from the text dish\n`)
    expect(await printed('train', bars!, '--steps', '1', '--out', join(folder, 'b'), ...small)).toContain(
      'tags (3 labels)',
    )
  })
})

test('labels may be digits, and one that is held out alone is told', async () => {
  await inFolder(async (folder) => {
    const rows = dishes.map(
      ({ dish }, i) => `${dish},${i === 5 ? '7;12' : i % 3 === 0 ? '' : i % 3 === 1 ? '3' : '3;12'}`,
    )
    const [file] = await written(folder, { 'codes.csv': `dish,codes\n${rows.join('\n')}\n` })
    const said = new Set<string>()
    for (const seed of ['0', '1', '2', '3', '4', '5', '6', '7']) {
      const run = [
        'train',
        file!,
        '--text',
        'dish',
        '--labels',
        'codes',
        '--steps',
        '1',
        '--held',
        '0.5',
        '--seed',
        seed,
      ]
      const lines = await printed(...run, '--hidden', '4', '--out', join(folder, seed))
      expect(lines).toContain('codes (3 labels)')
      said.add(/1 of 3 labels has (no|one) example to learn from: 7/.exec(lines)![1]!)
    }
    expect([...said].sort()).toEqual(['no', 'one'])
  })
})

test('labels of digits are text in the tables of a folder, too', async () => {
  await inFolder(async (folder) => {
    await written(folder, {
      'codes.csv': `dish,codes\n${dishes.map(({ dish }, i) => `${dish},${i % 3}`).join('\n')}\n`,
    })
    const run = ['train', folder, '--text', 'dish', '--labels', 'codes', '--steps', '1', '--out', join(folder, 'm')]
    expect(await printed(...run, ...small)).toContain('codes (3 labels)')
  })
})

test('what is said to be text is text, whatever holds the table: a file by any name, or standard input', async () => {
  await inFolder(async (folder) => {
    // Codes without a letter, of which the first digit tells the kind.
    const rows = dishes.map((_, i) => `${1 + (i % 3)}${100 + i},${7 * (i % 3)}`).join('\n')
    const content = `code,kinds\n${rows}\n`
    const [file, bare] = await written(folder, { 'codes.csv': content, codes: content, 'new.csv': 'code\n2117\n' })
    const run = (given: string, out: string) => [
      'train',
      given,
      '--text',
      'code',
      '--labels',
      'kinds',
      '--steps',
      '1',
      '--out',
      join(folder, out),
      ...small,
    ]
    const said = [await printed(...run(file!, 'a')), await printed(...run(bare!, 'b'))]
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([Buffer.from(content)]) as never)
    said.push(await printed(...run('-', 'c')))
    for (const one of said) expect(one).toContain('classifier: kinds (3 labels) from the text code\n')
    const told = await printed('predict', join(folder, 'a'), join(folder, 'new.csv'))
    expect(told).toContain(' 2117\n')
    const piped = await unrolled(['predict', join(folder, 'c'), '-'], { input: 'code\n2117\n' })
    expect([piped.err, piped.out]).toEqual(['', told])
  })
})

test('what does not fit is named', async () => {
  await inFolder(async (folder) => {
    const [file, other, none] = await written(folder, {
      'dishes.csv': csvWith(';'),
      'other.csv': 'dish,tags\nlamb pie,meat;cold\n',
      'none.csv': `w,dish,tags\n${dishes.map(({ dish }, i) => `${i},${dish},\n`).join('')}`,
    })
    const run = ['train', file!, '--text', 'dish', '--out', join(folder, 'm'), '--steps', '1', ...small]
    expect(await refused(...run, '--labels', 'tag')).toContain('has no column "tag"')
    expect(await refused(...run, '--labels', 'tags', '--task', 'regressor')).toContain('--labels')
    const separating = '--separator stands between the labels of --labels <column>'
    expect(await refused(...run, '--label', 'tags', '--missing', 'skip', '--separator', ';')).toContain(separating)
    expect(await refused('train', none!, '--x', 'w', '--caption', 'dish', '--separator', ';')).toContain(separating)
    expect(await refused('train', none!, '--x', 'w', '--labels', 'tags')).toContain('no row has a label in column tags')
    await printed(...run, '--labels', 'tags', '--separator', ';')
    expect(await refused('predict', join(folder, 'm'), other!, '--beam', '3')).toContain('--beam is for what writes')
    expect(await refused('evaluate', join(folder, 'm'), other!)).toContain(
      `other.csv, row 2, column "tags": 'meat' is none of the labels`,
    )
  })
})
