import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test, vi } from 'vitest'
import { readTable, UnrolledError } from '../../src/node.ts'
import { builtMain } from '../built.ts'

const root = mkdtempSync(join(tmpdir(), 'unrolled-table-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(root, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
  return path
}

async function refusal(action: Promise<unknown>, code: string): Promise<string> {
  const error: unknown = await action.then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  )
  if (error instanceof UnrolledError && error.code === code) return error.message
  throw error
}

test('a file, packed or not, is called by its path', async () => {
  for (const path of [file('a.csv', 'n,s\n1,x\n2,y\n'), file('a.csv.gz', gzipSync('n,s\n1,x\n2,y\n'))]) {
    const found = await readTable(path)
    expect([...found.column('n', 'number').values]).toEqual([1, 2])
    expect(found.place(1, 'n')).toBe(`${path}, row 3, column "n"`)
    expect(found.description).toBe(`${path}: 2 rows; commas, header; n: numbers, s: text`)
  }
})

test('several files and folders are one table, whose rows know their file', async () => {
  const first = file('many/1.csv', 'n,s\n1,x\n')
  const second = file('many/2.tsv', 's\tn\ny\t2\nz\t3\n')
  file('many/readme.md', 'no table')
  for (const found of [await readTable(join(root, 'many')), await readTable([first, second])]) {
    expect([...found.column('n', 'number').values]).toEqual([1, 2, 3])
    expect(found.column('s', 'string').values).toEqual(['x', 'y', 'z'])
    expect(found.place(2, 's')).toBe(`${second}, row 3, column "s"`)
    expect(found.name).toBe(`${first} and 1 more`)
  }
  const other = file('other.csv', 'n,t\n1,x\n')
  expect(await refusal(readTable([first, other]), 'data')).toBe(
    `${other} has a column "t", ${first} has none; their columns must be the same`,
  )
  const less = file('less.csv', 'n\n1\n')
  expect(await refusal(readTable([first, less]), 'data')).toContain(`${less} has no column "s", ${first} has one`)
  const comma = file('comma.csv', 'n;s\n1,5;x\n')
  expect(await refusal(readTable([first, comma]), 'data')).toContain("say decimal: ','")
  expect([...(await readTable([first, comma], { decimal: ',' })).column('n', 'number').values]).toEqual([1, 1.5])
})

test('what is too large is refused with its size and what to do', async () => {
  const path = file('large.csv', 'n\n1\n2\n')
  expect(await refusal(readTable(path, { limit: 5 }), 'file')).toBe(
    `${path} has 6 bytes; at most 5 are read at once; split it, leave columns out that are not needed, or say limit: with more where there is memory for fifteen times as much`,
  )
  const packed = file('large.csv.gz', gzipSync(`n\n${'1\n'.repeat(10_000)}`))
  expect(await refusal(readTable(packed, { limit: 1000 }), 'file')).toContain(
    `${packed}, unpacked, has more than 1,000 bytes`,
  )
  expect((await readTable(path, { limit: 6 })).rows).toBe(2)
  expect(await refusal(readTable(path, { limit: 0 }), 'option')).toContain('limit is 0')
  expect(await refusal(readTable(join(root, 'lage.csv')), 'file')).toContain('did you mean')
})

test.each(['snappy', 'zstd'])('Parquet that is packed by %s', async (packing) => {
  const path = join(import.meta.dirname, '../golden', `table-${packing}.parquet`)
  const found = await readTable(path)
  expect(found.description).toBe(
    `${path}: 4 rows; Parquet; id: numbers, price: numbers (1 missing), name: text (1 missing), ok: true or false (1 missing), ` +
      'day: dates (1 missing), at: dates (1 missing), x: lists of numbers (1 missing), kind: 2 values',
  )
  const values = (name: string): unknown[] => Array.from<unknown>(found.column(name).values)
  expect(values('id')).toEqual([1, 2, 3, 4])
  expect(values('price')).toEqual([1.5, NaN, 2.25, -3])
  expect(values('name')).toEqual(['a', 'é', undefined, ''])
  expect(values('ok')).toEqual([true, false, undefined, true])
  expect(values('day')).toEqual([Date.UTC(2024, 0, 31), Date.UTC(2024, 1, 29), NaN, -86_400_000])
  expect(values('at')).toEqual([...Array<number>(3).fill(Date.UTC(2024, 0, 31, 17, 0, 0, 250)), NaN])
  expect(found.column('x', 'list').values.map((list) => list && [...list.data])).toEqual([[1, 2], [3], undefined, []])
  expect(values('kind')).toEqual(['ham', 'spam', 'ham', 'ham'])
  expect(found.place(1, 'price')).toBe(`${path}, row 2, column "price"`)
  const size = readFileSync(path).length
  const cut = file(`${packing}.parquet`, readFileSync(path).subarray(0, size - 100))
  expect(await refusal(readTable(cut), 'file')).toContain(`${cut}: the Parquet file is damaged, or written in a way`)
})

test('Parquet that is small and holds much is refused before it is unpacked', async () => {
  const path = join(import.meta.dirname, '../golden/table-large.parquet')
  expect((await readTable(path)).rows).toBe(20_000)
  expect(await refusal(readTable(path, { limit: 100_000 }), 'file')).toMatch(
    /large\.parquet, unpacked, has 1\d\d,\d\d\d bytes/,
  )
})

test('Parquet without what reads it says what to install', async () => {
  vi.doMock('hyparquet-compressors', () => {
    throw new Error('Cannot find package')
  })
  const path = join(import.meta.dirname, '../golden/table-zstd.parquet')
  expect(await refusal(readTable(path), 'file')).toBe(
    `${path} is a Parquet file, which the packages hyparquet and hyparquet-compressors read: npm install hyparquet hyparquet-compressors`,
  )
  vi.doUnmock('hyparquet-compressors')
})

test('standard input', () => {
  const built = join(builtMain(), '../../src/node.js')
  const program = (limit: number): string => `
    import { readTable } from ${JSON.stringify(built)}
    await readTable('-', { limit: ${limit} }).then((t) => console.log(t.description), (e) => console.log(e.message))
  `
  const run = (limit: number): string =>
    spawnSync(process.execPath, ['--input-type=module', '-e', program(limit)], {
      input: 'a,b\n1,x\n',
      encoding: 'utf8',
    }).stdout.trim()
  expect(run(1000)).toBe('standard input: 1 row; commas, header; a: numbers, b: text')
  expect(run(3)).toMatch(/^standard input has more than 3 bytes/)
})
