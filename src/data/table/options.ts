import { checkNames, shown, wrongOption } from '../../options.ts'
import type { ColumnType } from './column.ts'

/** How a table is to be read. What is left away is found out from the content. */
export interface TableOptions {
  /** What errors call the content; its path, where it has one. */
  readonly name?: string
  /**
   * Values between delimiters; a JSON record a line; a JSON list of records; CoNLL-U; FASTA; the time series archive's `.ts`; a token and
   * its labels a line, as in B-I-O files.
   */
  readonly format?: 'csv' | 'json lines' | 'json' | 'conllu' | 'fasta' | 'ts' | 'tagged columns'
  /** As `TextDecoder` calls it; UTF-8, or UTF-16 where a byte order mark says so. */
  readonly encoding?: string
  /** The sign between cells. */
  readonly delimiter?: string
  /** The sign around cells; `''` for none. */
  readonly quote?: string
  /** Whether the first row names the columns; or their names, where no row does. */
  readonly header?: boolean | readonly string[]
  /** The sign between whole and fraction of a number. */
  readonly decimal?: '.' | ','
  /** Which of two numbers between slashes is the day. */
  readonly dates?: 'day first' | 'month first'
  /** What columns are read as, by their names; epochs are seconds or milliseconds since 1970. */
  readonly types?: Readonly<Record<string, ColumnType | 'epoch s' | 'epoch ms'>>
  /**
   * Columns whose cells are text, be they all digits, where a format does not tell a number from such a text: between delimiters. In JSON
   * they are what they are, lists too.
   */
  readonly texts?: readonly string[]
  /** What else means that a value is missing, in any column, beside an empty cell; outside of text NA, null and the like do too. */
  readonly missing?: readonly string[]
}

export type ReadAs = NonNullable<TableOptions['types']>[string]

const optionNames: readonly (keyof TableOptions)[] = [
  'name',
  'format',
  'encoding',
  'delimiter',
  'quote',
  'header',
  'decimal',
  'dates',
  'types',
  'texts',
  'missing',
]

const formatNames: readonly unknown[] = ['csv', 'json lines', 'json', 'conllu', 'fasta', 'ts', 'tagged columns']

const oneOf: Readonly<Record<string, readonly unknown[]>> = {
  format: [...formatNames, undefined],
  decimal: ['.', ',', undefined],
  dates: ['day first', 'month first', undefined],
}

const readAs: readonly ReadAs[] = ['number', 'string', 'boolean', 'date', 'list', 'names', 'epoch s', 'epoch ms']

export function checkTableOptions(owner: string, options: TableOptions): void {
  checkNames(owner, options, optionNames, {
    separator: 'delimiter',
    sep: 'delimiter',
    columns: 'types',
    names: 'header',
  })
  for (const [name, allowed] of Object.entries(oneOf)) {
    const value = options[name as keyof TableOptions]
    if (allowed.includes(value)) continue
    throw wrongOption(
      owner,
      name,
      value,
      allowed
        .filter((one) => one !== undefined)
        .map(shown)
        .join(' or '),
    )
  }
  const { delimiter, quote, header, types, texts, missing, encoding } = options
  if (delimiter !== undefined && (typeof delimiter !== 'string' || !/^[^\r\n]+$/.test(delimiter))) {
    throw wrongOption(owner, 'delimiter', delimiter, 'a sign that is no line’s end')
  }
  if (quote !== undefined && (typeof quote !== 'string' || !/^[^\r\n]?$/.test(quote) || quote === delimiter)) {
    throw wrongOption(owner, 'quote', quote, 'one sign other than the delimiter, or nothing')
  }
  if (header !== undefined && typeof header !== 'boolean' && !isListOfTexts(header)) {
    throw wrongOption(owner, 'header', header, 'true, false, or the names of the columns')
  }
  if (missing !== undefined && !isListOfTexts(missing)) throw wrongOption(owner, 'missing', missing, 'a list of texts')
  if (texts !== undefined && !isListOfTexts(texts)) throw wrongOption(owner, 'texts', texts, 'the names of columns')
  for (const [name, type] of Object.entries(types ?? {})) {
    if (!readAs.includes(type)) throw wrongOption(owner, `types.${name}`, type, readAs.map(shown).join(', '))
  }
  if (encoding !== undefined && !isEncoding(encoding)) {
    throw wrongOption(owner, 'encoding', encoding, "one that TextDecoder knows, as 'utf-8' or 'windows-1252'")
  }
}

const isListOfTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

function isEncoding(label: unknown): boolean {
  try {
    return typeof label === 'string' && new TextDecoder(label) !== undefined
  } catch {
    return false
  }
}
