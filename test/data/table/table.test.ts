import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { UnrolledError } from '../../../src/error.ts'
import { splitTable, table, type Table, type TableContent, type TableOptions } from '../../../src/data/index.ts'
import { collected } from '../../collected.ts'

const read = (content: TableContent, options: TableOptions = {}): Promise<Table> =>
  table(content, { name: 'm.csv', ...options })

async function refusal(content: TableContent, options: TableOptions = {}): Promise<string> {
  const error: unknown = await read(content, options).then(
    ({ description }) => new Error(`it was accepted: ${description}`),
    (error: unknown) => error,
  )
  if (error instanceof UnrolledError && (error.code === 'data' || error.code === 'option')) return error.message
  throw error
}

/** The values of all columns, typed arrays as lists. */
const columns = ({ columns }: Table): Record<string, unknown[]> =>
  Object.fromEntries([...columns].map(([name, { values }]) => [name, Array.from<unknown>(values)]))

describe('what is sniffed', () => {
  test.each([
    ['commas', 'a,b\n1,2\n3,4\n'],
    ['tabs', 'a\tb\n1\t2\n3\t4\n'],
    ['semicolons', 'a;b\r\n1;2\r\n3;4'],
    ['bars', 'a|b\r1|2\r3|4\r'],
  ])('%s', async (delimiter, text) => {
    const found = await read(text)
    expect(found.description).toBe(`m.csv: 2 rows; ${delimiter}, header; a: numbers, b: numbers`)
    expect(columns(found)).toEqual({ a: [1, 3], b: [2, 4] })
  })

  test('a decimal comma, by one cell that proves it', async () => {
    const found = await read('day;price;count\n1;1,5;1.234\n2;1,250;2.000\n')
    expect(found.description).toBe(
      'm.csv: 2 rows; semicolons, decimal comma, header; day: numbers, price: numbers, count: numbers',
    )
    expect(columns(found)).toEqual({ day: [1, 2], price: [1.5, 1.25], count: [1234, 2000] })
  })

  test('groups of thousands where the decimal sign is a point', async () => {
    expect(columns(await read('a,b\n"1,234.5",1\n"12,000",2\n'))).toEqual({ a: [1234.5, 12000], b: [1, 2] })
  })

  test('a number that could be either is asked about, and an option answers', async () => {
    const text = 'a\tb\n7\t1,234\n8\t3,456\n'
    expect(await refusal(text)).toBe(
      `m.csv, row 2, column "b": '1,234' could be 1234 or 1.234; say decimal: '.' or decimal: ','`,
    )
    expect(columns(await read(text, { decimal: ',' }))['b']).toEqual([1.234, 3.456])
    expect(columns(await read(text, { decimal: '.' }))['b']).toEqual([1234, 3456])
  })

  test('a header that is data is data', async () => {
    const found = await read('1,2\n3,4\n')
    expect(found.description).toContain('no header; column 1: numbers')
    expect(found.rows).toBe(2)
    expect(found.place(0, 'column 2')).toBe('m.csv, row 1, column "column 2"')
    expect((await read('ham,Go on\nspam,Free entry\nham,Oh\n')).rows).toBe(3)
    expect([...(await read('ham,Go on\nspam,Free entry\nham,Oh\n', { header: true })).columns.keys()]).toEqual([
      'ham',
      'Go on',
    ])
    expect(columns(await read('1,2\n3,4\n', { header: ['x', 'y'] }))).toEqual({ x: [1, 3], y: [2, 4] })
  })

  test('years in a header are not data, and what counts on in every row is', async () => {
    const found = await read('name,2019,2020,2021\nAnna,5,6,7.5\nBo,7,8,1\n')
    expect(columns(found)).toEqual({ name: ['Anna', 'Bo'], 2019: [5, 7], 2020: [6, 8], 2021: [7.5, 1] })
    expect((await read('Anna,5,6,7\nBo,7,8,9\n')).rows).toBe(2)
    expect((await read('1,2,3\n7,5,6\n')).rows).toBe(2)
  })

  test('names that objects have of their own are names as any other', async () => {
    const found = await read('constructor,__proto__\n1,x\n')
    expect([...found.columns.keys()]).toEqual(['constructor', '__proto__'])
    expect(Object.entries(found.row(0))).toEqual([
      ['constructor', 1],
      ['__proto__', 'x'],
    ])
  })

  test('the row in which Excel says what stands between cells', async () => {
    const found = await read('sep=;\r\na;b\r\n1,5;"x\r\ny"\r\n2,5;z\r\n')
    expect(columns(found)).toEqual({ a: [1.5, 2.5], b: ['x\r\ny', 'z'] })
    expect(found.place(0)).toBe('m.csv, row 3')
    expect(found.place(1)).toBe('m.csv, row 4 (line 5)')
  })

  test('quotes, cells with line ends in them, marks of byte order, gzip', async () => {
    const text = `\ufeff'name','text'\n'it''s','a,b'\n'x','two\nlines'\n`
    const wanted = { name: ["it's", 'x'], text: ['a,b', 'two\nlines'] }
    for (const content of [
      text,
      gzipSync(text),
      Buffer.from(text, 'utf16le'),
      Buffer.from(text, 'utf8'),
      new TextEncoder().encode(text).buffer,
    ]) {
      expect(columns(await read(content))).toEqual(wanted)
    }
    expect(columns(await read(text.replaceAll("''", '#').replaceAll("'", '"').replaceAll('#', "'")))).toEqual(wanted)
    expect((await read(text)).description).toContain('single quotes')
    expect(columns(await read('a,b\nx,5" pipe\ny,6" pipe\n'))['b']).toEqual(['5" pipe', '6" pipe'])
  })

  test('dates, with and without zones, and epochs in columns of time', async () => {
    const at = Date.UTC(2024, 0, 31, 16)
    const found = await read(
      'iso,local,german,us,time,stamp,number\n' +
        `2024-01-31T17:00:00+01:00,2024-01-31 16:00,31.01.2024 16:00,1/31/2024 4:00 PM,${at / 1000},${at},${at / 1000}\n`,
      { header: true },
    )
    for (const name of ['iso', 'local', 'german', 'us', 'time', 'stamp']) {
      expect([name, ...found.column(name, 'date').values]).toEqual([name, at])
    }
    expect(found.column('number').type).toBe('number')
    expect(found.description).toContain('us: dates (month first), time: dates (epoch s), stamp: dates (epoch ms)')
  })

  test.each([
    ['2024-01-31T12:00:00-0530', Date.UTC(2024, 0, 31, 17, 30)],
    ['2024-01-31 12:00:00.5 +05', Date.UTC(2024, 0, 31, 7, 0, 0, 500)],
    ['2024-01-31 00:00 UTC', Date.UTC(2024, 0, 31)],
    ['2024/1/3', Date.UTC(2024, 0, 3)],
    ['0099-12-31', new Date('0099-12-31').getTime()],
    ['31-12-1969 23:59:59', -1000],
    ['12/31/2024 12:05 am', Date.UTC(2024, 11, 31, 0, 5)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
  ])('the date %s', async (text, at) => {
    expect(columns(await read([{ d: text }]))).toEqual({ d: [at] })
  })

  test.each([
    '2023-02-29',
    '2024-01-31T24:00',
    '2024-01-31T12:60',
    '2024-01-31T12:00:60',
    '2024-1-31T13:00 PM',
    '2024-13-01',
    '2024-01/31',
    '2024-01-31T10:00+16:00',
  ])('%s is no date', async (text) => {
    expect((await read([{ d: text }])).column('d').type).toBe('string')
  })

  test('whether a date begins with the day is asked where no date tells', async () => {
    const text = 'd,v\n1/2/2024,1\n3/4/2024,2\n'
    expect(await refusal(text)).toBe(
      `m.csv, row 2, column "d": '1/2/2024' could begin with the day or with the month; say dates: 'day first' or 'month first'`,
    )
    expect(columns(await read(text, { dates: 'month first' }))['d']![0]).toBe(Date.UTC(2024, 0, 2))
    expect(columns(await read(`${text}31/12/2024,3\n`))['d']![0]).toBe(Date.UTC(2024, 1, 1))
  })

  test('digits that name something stay as they are', async () => {
    const found = await read('zip,key,n\n01234,12345678901234567890,1\n10115,12345678901234567891,2\n')
    expect(columns(found)).toEqual({
      zip: ['01234', '10115'],
      key: ['12345678901234567890', '12345678901234567891'],
      n: [1, 2],
    })
  })

  test('what is missing: nothing in texts, also NA and the like elsewhere', async () => {
    const found = await read('n,s,b\n1,x,true\nNA,,FALSE\n,NA,null\n')
    expect(columns(found)).toEqual({ n: [1, NaN, NaN], s: ['x', undefined, 'NA'], b: [true, false, undefined] })
    expect(found.description).toContain('n: numbers (2 missing), s: text (1 missing), b: true or false (1 missing)')
    expect(columns(await read('n,s\n1,x\n-999,none\n', { missing: ['-999', 'none'] }))).toEqual({
      n: [1, NaN],
      s: ['x', undefined],
    })
  })

  test('lists of numbers as JSON, and lists of them', async () => {
    const found = await read('id,x\nq,"[1, 2.5]"\nr,"[[1,2],[3,4]]"\n').then(
      (found) => found.column('x', 'list').values,
    )
    expect(found.map((one) => [one!.shape, [...one!.data]])).toEqual([
      [[2], [1, 2.5]],
      [
        [2, 2],
        [1, 2, 3, 4],
      ],
    ])
  })

  test('what is no list of numbers is text', async () => {
    for (const cell of ['[1,"x"]', '[[1,"x"]]', '[[1,2],[3]]', '[1,2', '[[]]', '[null]']) {
      expect((await read([{ x: cell }])).column('x').type).toBe('string')
    }
  })

  test('lists of names as JSON, whatever their length', async () => {
    const cells = [['a', 'b'], [], ['c']]
    const csv = await read(
      `id,x\n${cells.map((names, i) => `r${i},"${JSON.stringify(names).replaceAll('"', '""')}"`).join('\n')}\n`,
    )
    const json = await read(cells.map((x) => JSON.stringify({ x })).join('\n'))
    for (const found of [csv, json]) expect(found.column('x', 'names').values).toEqual(cells)
    expect(json.description).toContain('x: lists of names')
    expect(json.select([2]).row(0)).toEqual({ x: ['c'] })
    expect(await refusal([{ x: ['a'] }, { x: ['b'] }, { x: ['c', 5] }])).toContain(
      `m.csv, row 3, column "x": ['c', 5] is no list of names, as ["red", "round"], as the 2 others are`,
    )
    expect(() => splitTable(json, { share: 0.5, by: { class: 'x' } })).toThrow(
      'column "x" holds lists, which tell no rows apart',
    )
  })

  test('a type can be asked for', async () => {
    expect(columns(await read('a,b\n1,2\n', { types: { a: 'string' } }))).toEqual({ a: ['1'], b: [2] })
    expect(columns(await read('a,b\n1,2\n', { types: { a: 'epoch s', b: 'date' } }))).toEqual({ a: [1000], b: [2000] })
    expect(await refusal('d,v\n2024-01-01,1\n2024-01-02,2\n007,3\n')).toContain(
      `m.csv, row 4, column "d": '007' is no date`,
    )
    expect(await refusal('a,b\n1,2\nx,2\n', { types: { a: 'number' } })).toContain(`column "a": 'x' is no number`)
    expect(await refusal('price,b\n1,2\n', { types: { pirce: 'number' } })).toContain('did you mean "price"?')
  })

  test('columns of texts are text between delimiters, and what they are in JSON', async () => {
    const texts = ['a']
    expect(columns(await read('a,b\n1,2\n', { texts }))).toEqual({ a: ['1'], b: [2] })
    expect(columns(await read('[{"a":1,"b":2}]', { texts }))).toEqual({ a: [1], b: [2] })
    expect(columns(await read('{"a":["1"],"b":2}\n', { texts }))).toEqual({ a: [['1']], b: [2] })
    expect(columns(await read('a\n1\n', { texts, types: { a: 'number' } }))).toEqual({ a: [1] })
    expect(await refusal('price,b\n1,2\n', { texts: ['pirce'] })).toContain('did you mean "price"?')
    expect(await refusal('a,b\n1,2\n', { texts: 'a' as never })).toContain(
      "texts is 'a'; it must be the names of columns",
    )
  })
})

describe('records', () => {
  test('JSON lines, JSON and records are typed as they say', async () => {
    const records = [
      { a: 1, s: '1', l: [1, 2], b: true, d: '2024-01-31' },
      { a: null, s: '02', l: [3], b: false, d: '2024-02-01' },
    ]
    const wanted = { a: [1, NaN], s: ['1', '02'], b: [true, false], d: [Date.UTC(2024, 0, 31), Date.UTC(2024, 1, 1)] }
    const lines = records.map((record) => JSON.stringify(record)).join('\n\n')
    for (const content of [records, JSON.stringify(records, null, 2), lines]) {
      const found = await read(content)
      const { l, ...others } = columns(found)
      expect(others).toEqual(wanted)
      expect(l).toHaveLength(2)
    }
    expect((await read(lines)).place(1, 'a')).toBe('m.csv, line 3, column "a"')
    const dates = await read([{ d: new Date(5), n: 7n, f: Float32Array.of(1, 2) }])
    expect(columns(dates)).toMatchObject({ d: [5], n: [7] })
  })

  test('a Date that is none is told as one, wherever it stands', async () => {
    const message = 'm.csv, row 2, column "d": the Date there is invalid, as one made of what is no date is'
    expect(await refusal([{ d: new Date(5) }, { d: new Date(NaN) }, { d: new Date(7) }])).toBe(message)
    expect(await refusal([{ d: null }, { d: new Date(NaN) }])).toBe(message)
  })

  test('columns that begin or end half-way down have missing values', async () => {
    const found = await read('{"a":1}\n{"b":"x"}\n')
    expect(columns(found)).toEqual({ a: [1, NaN], b: [undefined, 'x'] })
  })

  test('what is no record, and mixed types, are told with their place', async () => {
    expect(await refusal('{"a":1}\n{"a":')).toMatch(/^m\.csv, line 2: this is no JSON: .* a record stands on one line/)
    expect(await refusal('{"a":1}\n5\n')).toBe('m.csv, line 2: it is 5; a record is needed, as { "text": "…" }')
    expect(await refusal([{ a: 1 }, { a: 2 }, { a: 'x' }])).toContain(`m.csv, row 3, column "a": 'x' is no number`)
    expect(await refusal([{ a: 'x' }, { a: 'y' }, { a: 5 }])).toContain(`m.csv, row 3, column "a": 5 is no text`)
    expect(await refusal([{ a: { b: 1 } }])).toContain('row 1, column "a": an object is no text')
    expect(await refusal([{ a: Infinity }, { a: 1 }, { a: 2 }])).toContain('Infinity is no number')
    expect(await refusal([])).toContain('is empty')
    expect(await refusal(5 as never)).toContain('a text, bytes or a list of records is needed, not 5')
  })
})

describe('what is wrong is told with row, column and what to do', () => {
  test.each<[string, string, string]>([
    [
      'mixed types half-way down',
      `n\n${'1\n'.repeat(500)}abc\n${'2\n'.repeat(499)}`,
      `m.csv, row 502, column "n": 'abc' is no number, as the 999 others are; mend it, or say that it means a missing value (missing: ["abc"]), or that the column is text (types: { "n": 'string' })`,
    ],
    [
      'a day that no month has',
      'd,v\n2024-01-31,1\n2024-02-30,1\n2024-03-01,1\n',
      `m.csv, row 3, column "d": '2024-02-30' is no date`,
    ],
    ['ragged rows', 'a,b\n1,2\n3\n', 'm.csv, row 3: it has 1 cell, row 1 has 2 cells'],
    ['names twice', 'a,b,a\n1,2,3\n', 'm.csv: columns 1 and 3 are both called "a"'],
    [
      'a quote nobody closes',
      'a,b\n1,"x\n2,3\n',
      `m.csv, row 2: a cell begins with " and none ends it; mend it, or where " is a sign as any other, say quote: ''`,
    ],
    ['no row', 'a,b\n', 'm.csv has a header and no row'],
    ['nothing', ' \n', 'm.csv is empty'],
    ['a number too large', 'a,b\n1e999,1\n1,1\n2,2\n', "'1e999' is no number"],
  ])('%s', async (_, text, message) => {
    expect(await refusal(text)).toContain(message)
  })

  test('rows are counted as a spreadsheet does, lines as an editor where they differ', async () => {
    const found = await read('a,b\n"x\ny",1\n\nz,2\nw,3\n')
    expect(found.place(0, 'b')).toBe('m.csv, row 2, column "b"')
    expect(found.place(2, 'b')).toBe('m.csv, row 5 (line 6), column "b"')
    expect(found.description).toContain('1 empty row passed over')
  })

  test('options are held to what they may be', async () => {
    expect(await refusal('a', { delimeter: ';' } as never)).toContain(
      'there is no option delimeter; did you mean delimiter?',
    )
    expect(await refusal('a', { quote: 'ab' })).toContain('quote is')
    expect(await refusal('a', { types: { a: 'int' as never } })).toContain("types.a is 'int'")
    expect(await refusal('a', { encoding: 'klingon' })).toContain('encoding is')
    expect(await refusal('a', { decimal: '_' as never })).toContain("it must be '.' or ','")
  })

  test('bytes of another encoding', async () => {
    const bytes = Buffer.from('name,n\nJosé,1\n', 'latin1')
    expect(await refusal(bytes)).toMatch(/is not UTF-8: .* or say encoding: 'windows-1252'/)
    expect(columns(await read(bytes, { encoding: 'windows-1252' }))['name']).toEqual(['José'])
    expect(await refusal(Buffer.from('PK\x03\x04\0'))).toContain('m.csv is a zip archive or an Excel workbook')
    expect(await refusal(Buffer.from('PAR1\0'))).toContain('readTable of unrolled/node')
    expect(await refusal(gzipSync('a,b\n1,2\n').subarray(0, 20))).toContain(
      'what gzip packed is damaged or was cut off',
    )
  })
})

describe('a table', () => {
  test('gives columns by name and type', async () => {
    const found = await read('price,name\n1,x\n')
    expect(() => found.column('pirce')).toThrow('m.csv has no column "pirce"; did you mean "price"?')
    expect(() => found.column('zzz')).toThrow('there are "price", "name"')
    expect(() => found.column('name', 'number')).toThrow('m.csv: column "name" holds text; numbers are needed')
  })

  test('gives rows, and tables of some of them that know where they come from', async () => {
    const found = await read('n,s\n1,x\n2,\n3,z\n4,w\n')
    expect({ ...found.row(1) }).toEqual({ n: 2, s: undefined })
    const some = found.select([3, 1]).select([0])
    expect(columns(some)).toEqual({ n: [4], s: ['w'] })
    expect(some.place(0, 's')).toBe('m.csv, row 5, column "s"')
    expect(some.description).toMatch(/^m\.csv: 1 of 4 rows; commas/)
    const more = found.with({ name: 'b', type: 'boolean', values: [true, false, true, true] })
    expect([...more.columns.keys()]).toEqual(['n', 's', 'b'])
    expect(columns(more.select([1]).with({ name: 'n', type: 'number', values: Float64Array.of(9) }))).toEqual({
      n: [9],
      s: [undefined],
      b: [false],
    })
    expect(() => found.with({ name: 'b', type: 'boolean', values: [true] })).toThrow(
      'm.csv: column "b" has 1 values for 4 rows',
    )
    expect(() => found.row(4)).toThrow('row is 4; it must be from 0 to 3')
    expect(() => found.select([0, 1.5])).toThrow('row is 1.5')
  })
})

test('a table of some rows keeps nothing of the others', async () => {
  let gone: WeakRef<object> | undefined
  const some = await (async () => {
    const all = await read([{ x: [1, 2] }, { x: [3, 4] }])
    gone = new WeakRef(all.row(0)['x'] as object)
    return all.select([1])
  })()
  await collected(() => gone!.deref() === undefined)
  expect(gone!.deref()).toBeUndefined()
  expect(some.place(0, 'x')).toBe('m.csv, row 2, column "x"')
})
