import fc from 'fast-check'
import { expect, test } from 'vitest'
import { table, type ColumnType, type TableOptions } from '../../../src/data/index.ts'

type Kind = Extract<ColumnType, 'number' | 'string' | 'boolean' | 'date'>

interface Written {
  readonly kinds: readonly Kind[]
  readonly rows: readonly (readonly unknown[])[]
}

interface Manner {
  readonly delimiter: string
  readonly quote: string
  readonly decimal: '.' | ','
  readonly end: string
  readonly mark: boolean
}

function cellText(value: unknown, { delimiter, quote, decimal }: Manner): string {
  if (value === undefined) return ''
  const plain =
    typeof value === 'number'
      ? String(value).replace('.', decimal)
      : value instanceof Date
        ? value.toISOString()
        : String(value)
  const special = [delimiter, quote, '\n', '\r'].some((sign) => plain.includes(sign)) || plain.trim() !== plain
  return special ? quote + plain.replaceAll(quote, quote + quote) + quote : plain
}

const written = ({ kinds, rows }: Written, manner: Manner): string =>
  (manner.mark ? '\ufeff' : '') +
  [kinds.map((kind, i) => `${kind} ${i}`), ...rows]
    .map((row) => row.map((cell) => cellText(cell, manner)).join(manner.delimiter))
    .join(manner.end)

async function expectSame({ kinds, rows }: Written, text: string, options: TableOptions): Promise<void> {
  const read = await table(text, options)
  expect([...read.columns.values()].map(({ name, type }) => [name, type])).toEqual(
    kinds.map((kind, i) => [`${kind} ${i}`, kind]),
  )
  kinds.forEach((kind, i) => {
    const floats = kind === 'number' || kind === 'date'
    const wanted = rows.map((row) =>
      row[i] === undefined ? (floats ? NaN : undefined) : floats ? Number(row[i]) : row[i],
    )
    expect(Array.from<unknown>(read.column(`${kind} ${i}`).values)).toEqual(wanted)
  })
}

const date = fc.date({ min: new Date('1000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })

/** Tables of at least two columns whose cells, texts aside, are any values. */
const tables = (
  text: fc.Arbitrary<string>,
  number: fc.Arbitrary<number>,
  least: number,
  missing: boolean,
): fc.Arbitrary<Written> =>
  fc
    .array(fc.constantFrom<Kind>('number', 'string', 'boolean', 'date'), { minLength: 2, maxLength: 5 })
    .chain((kinds) => {
      const values = { number, string: text, boolean: fc.boolean(), date } as const
      const cells = kinds.map((kind): fc.Arbitrary<unknown> =>
        missing ? fc.option<unknown, undefined>(values[kind], { nil: undefined, freq: 8 }) : values[kind],
      )
      return fc.record({
        kinds: fc.constant(kinds),
        rows: fc.array(fc.tuple(...cells), { minLength: least, maxLength: 12 }),
      })
    })

const manners = (delimiters: readonly string[], quotes: readonly string[]): fc.Arbitrary<Manner> =>
  fc.record({
    delimiter: fc.constantFrom(...delimiters),
    quote: fc.constantFrom(...quotes),
    decimal: fc.constantFrom('.', ','),
    end: fc.constantFrom('\n', '\r\n'),
    mark: fc.boolean(),
  })

const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)

test('any table, written in any manner that is told, is read as it was', async () => {
  const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(
      tables(any, anyNumber, 1, true),
      manners([',', ';', '\t', '|', ' ', '~', '::'], ['"', "'", '`']),
      async (content, manner) => {
        const { delimiter, quote, decimal } = manner
        const types = Object.fromEntries(content.kinds.map((kind, i) => [`${kind} ${i}`, kind]))
        // A row without anything looks like none.
        fc.pre(content.rows.every((row) => row.some((cell) => cell !== undefined)))
        await expectSame(content, written(content, manner), {
          format: 'csv',
          header: true,
          delimiter,
          quote,
          decimal,
          types,
        })
      },
    ),
    { numRuns: 300, seed: 1 },
  )
})

test('a table of words, numbers, dates and booleans is read as it was without being told anything', async () => {
  const sign = fc.constantFrom(...'abcdefgh ,;|\t"\'.\n!?é')
  const words = fc.string({ unit: sign, maxLength: 20 }).map((text) => `w${text}`)
  // A number of four places after the sign proves which sign it is.
  const fraction = fc.integer({ min: -1e6, max: 1e6 }).map((value) => value + 0.0625)
  await fc.assert(
    fc.asyncProperty(
      tables(words, fraction, 3, false),
      manners([',', ';', '\t', '|'], ['"']),
      async (content, manner) => {
        fc.pre(content.kinds.some((kind) => kind !== 'string'))
        await expectSame(content, written(content, manner), {})
      },
    ),
    { numRuns: 300, seed: 2 },
  )
})
