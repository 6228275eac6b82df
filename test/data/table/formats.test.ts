import { describe, expect, test } from 'vitest'
import { UnrolledError } from '../../../src/error.ts'
import { table, type Table, type TableOptions } from '../../../src/data/index.ts'

const read = (content: string, options: TableOptions = {}): Promise<Table> => table(content, { name: 'm', ...options })

async function refusal(content: string, options: TableOptions = {}): Promise<string> {
  const error: unknown = await read(content, options).then(
    ({ description }) => new Error(`it was accepted: ${description}`),
    (error: unknown) => error,
  )
  if (error instanceof UnrolledError && error.code === 'data') return error.message
  throw error
}

const values = (found: Table, name: string): unknown[] => Array.from<unknown>(found.column(name).values)

describe('CoNLL-U', () => {
  const word = (id: string, form: string, upos = '_', head = '_'): string =>
    [id, form, form === '_' ? '_' : form.toLowerCase(), upos, 'X', '_', head, '_', '_', 'SpaceAfter=No'].join('\t')

  test('a row a word; ranges, unwritten words and comments are passed over', async () => {
    const text = [
      '# newdoc',
      '# sent_id = s-1',
      "# text = Don't NA",
      word('1-2', "Don't"),
      word('1', 'Do', 'AUX', '0'),
      word('2', "n't", 'PART', '1'),
      word('2.1', 'unwritten'),
      word('3', 'NA', 'NOUN', '1'),
      '',
      '# sent_id = s-2',
      word('1', '_', 'SYM', '0'),
      word('2', '1', 'NUM', '1'),
      '',
    ].join('\n')
    const found = await read(text)
    expect(found.description).toMatch(
      /^m: 5 rows; CoNLL-U, 2 sentences, 2 ranges and unwritten words passed over; sentence: 2 values, id: numbers, form: text/,
    )
    expect(values(found, 'sentence')).toEqual(['s-1', 's-1', 's-1', 's-2', 's-2'])
    expect(values(found, 'id')).toEqual([1, 2, 3, 1, 2])
    expect(values(found, 'form')).toEqual(['Do', "n't", 'NA', '_', '1'])
    expect(values(found, 'lemma')).toEqual(['do', "n't", 'na', '_', '1'])
    expect(values(found, 'upos')).toEqual(['AUX', 'PART', 'NOUN', 'SYM', 'NUM'])
    expect(values(found, 'head')).toEqual([0, 1, 1, 0, 1])
    expect(values(found, 'feats')).toEqual(Array(5).fill(undefined))
    expect(values(found, 'misc')[0]).toBe('SpaceAfter=No')
    expect(found.place(3, 'upos')).toBe('m, line 11, column "upos"')
  })

  test('sentences without names of their own are called by where they begin', async () => {
    const text = `# sent_id = s\n${word('1', 'a')}\n\n# sent_id = s\n${word('1', 'b')}\r\n\r\n${word('1', 'c')}`
    expect(values(await read(text), 'sentence')).toEqual(['m, line 2', 'm, line 5', 'm, line 7'])
  })

  test('forms are texts, whatever they look like', async () => {
    for (const form of ['007', '2024-01-31', '[1]', 'true', 'null']) {
      expect(values(await read(word('1', form)), 'form')).toEqual([form])
      expect(values(await read(`${form} B-X\n`, { format: 'tagged columns' }), 'token')).toEqual([form])
    }
  })

  test('what is wrong is told with its line', async () => {
    expect(await refusal(`${word('1', 'a')}\n2\tb\n`, { format: 'conllu' })).toBe(
      'm, line 2: it has 2 fields between tabs; CoNLL-U has 10',
    )
    expect(await refusal(`${word('1', 'a')}\n${word('3', 'b')}\n`)).toBe(
      "m, line 2: the word's number is '3'; 2 is next in its sentence",
    )
    expect(await refusal(`${word('1', 'a', 'X', 'zero')}\n`)).toContain(`m, line 1, column "head": 'zero' is no number`)
    expect(await refusal('# nothing\n', { format: 'conllu' })).toContain('m is empty')
  })
})

describe('a token and its label a line', () => {
  test('two columns, sentences between empty lines', async () => {
    const found = await read('EU B-ORG\nrejects O\n\nGerman B-MISC\ncall O\n. O\n')
    expect(found.description).toContain('a token a line, 2 sentences; sentence: 2 values, token: text, label: text')
    expect(values(found, 'token')).toEqual(['EU', 'rejects', 'German', 'call', '.'])
    expect(values(found, 'label')).toEqual(['B-ORG', 'O', 'B-MISC', 'O', 'O'])
    expect(values(found, 'sentence')).toEqual(['m, line 1', 'm, line 1', 'm, line 4', 'm, line 4', 'm, line 4'])
  })

  test('more columns, documents, names of columns, labels of other kinds', async () => {
    const text = '-DOCSTART- -X- O\n\nEU NNP B-ORG\r\n1 CD O\r\n\r\n'
    const found = await read(text, { header: ['word', 'pos', 'ner'] })
    expect(found.description).toContain('1 sentence, 1 document line passed over')
    expect([...found.columns.keys()]).toEqual(['sentence', 'word', 'pos', 'ner'])
    expect(values(found, 'word')).toEqual(['EU', '1'])
    expect([...(await read(text)).columns.keys()]).toEqual(['sentence', 'token', 'column 2', 'label'])
    const parts = await read('the DET\nwhale NOUN\n', { format: 'tagged columns' })
    expect(values(parts, 'label')).toEqual(['DET', 'NOUN'])
  })

  test('what is wrong is told with its line', async () => {
    expect(await refusal('a O\nb O\n\nc\n', { format: 'tagged columns' })).toBe(
      'm, line 4: it has 1 column; line 1 has 2',
    )
    // One line of many does not make another format of a file.
    const most = 'Ada B-PER\nmet O\n\n'.repeat(20)
    expect(await refusal(`${most}Bob\n${most}`)).toMatch(/line 61: it has 1 column; line 1 has 2$/)
    expect(await refusal('a\nb\n', { format: 'tagged columns' })).toContain('a token and its label at least are needed')
    expect(await refusal('a O\n\nb O\n', { header: ['sentence', 'x'] })).toContain('must all differ')
  })
})

describe('FASTA', () => {
  test('names, descriptions, and letters of any number of lines', async () => {
    const found = await read('>one the first\nACGT\nac-t*\n\n>two\r\nNNN\r\n')
    expect(found.description).toBe('m: 2 rows; FASTA; name: text, description: 1 value (1 missing), sequence: text')
    expect(values(found, 'name')).toEqual(['one', 'two'])
    expect(values(found, 'description')).toEqual(['the first', undefined])
    expect(values(found, 'sequence')).toEqual(['ACGTac-t*', 'NNN'])
    expect(found.place(1)).toBe('m, line 5')
  })

  test('what is wrong is told with its line and place', async () => {
    expect(await refusal('>a\nAC1T\n')).toBe("m, line 2, place 3: '1' is no letter of a sequence; letters, - and * are")
    expect(await refusal('>a\n  AC1T\n')).toContain('m, line 2, place 5: ')
    expect(await refusal('>a\n>b\nA\n')).toBe("m, line 1: 'a' has no letters below it")
    expect(await refusal('>a\nA\n>b\n')).toBe("m, line 3: 'b' has no letters below it")
    expect(await refusal('ACGT\n', { format: 'fasta' })).toContain('line 1: a line that begins with >')
  })
})

describe('the time series archive', () => {
  const head = '# of old\n@problemName vowels\n@timeStamps false\n@classLabel true 1 2\n@data\n'

  test('series of any length with their classes', async () => {
    const found = await read(`${head}1,2,3:4,5,6:1\n7.5:-8e-1:2\n`)
    expect(found.description).toContain('time series; x: lists of numbers, class: text')
    expect(found.column('x', 'list').values.map((one) => [one!.shape, [...one!.data]])).toEqual([
      [
        [3, 2],
        [1, 4, 2, 5, 3, 6],
      ],
      [
        [1, 2],
        [7.5, -0.8],
      ],
    ])
    expect(values(found, 'class')).toEqual(['1', '2'])
    expect(found.place(1, 'x')).toBe('m, line 7, column "x"')
    expect(values(await read('@targetlabel true\n@data\n1,2:0.5\n'), 'target')).toEqual([0.5])
    expect([...(await read('@univariate true\n@data\n1,2\n')).columns.keys()]).toEqual(['x'])
  })

  test('what is wrong is told with line, dimension and step', async () => {
    expect(await refusal(`${head}1,2:3,?:1\n`)).toBe("m, line 6, dimension 2, step 2: '?' is no number")
    expect(await refusal(`${head}1,2:3:1\n`)).toBe('m, line 6: dimension 2 has 1 steps, the first 2')
    expect(await refusal('@timestamps true\n@data\n(1,2)\n')).toContain('values with time stamps are not read')
    expect(await refusal('@classlabel true\nnonsense\n@data\n')).toContain('line 2: @ and a name')
    expect(await refusal('@targetlabel true\n@data\n1,2:x\n')).toBe("m, line 3, target: 'x' is no number")
  })
})
