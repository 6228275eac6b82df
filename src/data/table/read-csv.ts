import { UnrolledError } from '../../error.ts'
import { quoted } from '../../printable.ts'
import type { TableOptions } from './options.ts'
import { empty as emptyTable } from './sheet.ts'
import { sniffDelimiter, sniffQuote } from './sniff-delimiter.ts'

/** Cells of a text, row by row, and where each row stands in the file. */
export interface Records {
  readonly delimiter: string
  readonly quote: string
  /** By column, then by row. */
  readonly cells: readonly (readonly string[])[]
  /** Rows as a spreadsheet counts them, from 1. */
  readonly numbers: readonly number[]
  /** Lines that rows begin in, from 1. */
  readonly lines: readonly number[]
  /** Empty rows, which are passed over. */
  readonly empty: number
}

/** No text has it: what stands between the cells of a single column. */
const none = '\u001f'

/** Cuts a text into cells (RFC 4180; a quote inside of a cell that does not begin with one is a sign as any other). */
export async function readRecords(given: string, name: string, options: TableOptions): Promise<Records> {
  const { parse } = await import('#csv-parse')
  // Excel says what stands between cells in a row of its own.
  const [said = '', sign] = /^sep=(.)(?:\r\n|\n|\r)/i.exec(given) ?? []
  const text = given.slice(said.length)
  const quote = options.quote ?? sniffQuote(text)
  const delimiter = options.delimiter ?? sign ?? sniffDelimiter(text, quote) ?? none
  const rows: string[][] = []
  const numbers: number[] = []
  const lines: number[] = []
  let row = said === '' ? 0 : 1
  let line = row + 1
  let empty = 0
  const keep = (record: string[]): null => {
    row++
    if (record.length === 1 && record[0] === '' && delimiter !== none) empty++
    else {
      rows.push(record)
      numbers.push(row)
      lines.push(line)
    }
    line += 1 + record.reduce((ends, cell) => ends + lineEndsIn(cell), 0)
    return null
  }
  // An empty line at the end is no row, not even of a single column.
  const whole = text.replace(/[\r\n]+$/, '')
  const record_delimiter = whole.includes('\n') ? ['\r\n', '\n'] : ['\r']
  const relaxed = { relax_column_count: true, relax_quotes: true }
  try {
    parse(whole, {
      delimiter,
      quote: quote === '' ? null : quote,
      escape: quote === '' ? null : quote,
      record_delimiter,
      ...relaxed,
      on_record: keep,
    })
  } catch (cause) {
    throw damaged(name, cause, quote, row + 1, line)
  }
  if (rows.length === 0) throw emptyTable(name)
  checkRagged(name, rows, numbers, lines, delimiter)
  const cells = rows[0]!.map((_, column) => rows.map((record) => record[column]!))
  return { delimiter, quote, cells, numbers, lines, empty }
}

const lineEndsIn = (cell: string): number => (/[\r\n]/.test(cell) ? cell.match(/\r\n|\n|\r/g)!.length : 0)

/** A row, and its line where people would count another. */
export const rowName = (row: number, line: number): string => `row ${row}${line === row ? '' : ` (line ${line})`}`

function damaged(name: string, cause: unknown, quote: string, row: number, line: number): UnrolledError {
  const { code, message } = cause as { code?: string; message: string }
  const where = `${name}, ${rowName(row, line)}`
  if (code === 'CSV_QUOTE_NOT_CLOSED') {
    return new UnrolledError(
      'data',
      `${where}: a cell begins with ${quote} and none ends it; mend it, or where ${quote} is a sign as any other, say quote: ''`,
      { cause },
    )
  }
  return new UnrolledError('data', `${where}: ${message}`, { cause })
}

function checkRagged(
  name: string,
  rows: readonly (readonly string[])[],
  numbers: readonly number[],
  lines: readonly number[],
  delimiter: string,
): void {
  const [first] = rows
  const at = rows.findIndex(({ length }) => length !== first!.length)
  if (at < 0) return
  const count = (cells: number): string => `${cells} ${cells === 1 ? 'cell' : 'cells'}`
  throw new UnrolledError(
    'data',
    `${name}, ${rowName(numbers[at]!, lines[at]!)}: it has ${count(rows[at]!.length)}, row ${numbers[0]} has ${count(first!.length)}; a cell with ` +
      `${quoted(delimiter)} inside stands in quotes, and delimiter: says what stands between cells`,
  )
}

/** What delimiters are called. */
export const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
  ' ': 'spaces',
  [none]: 'one column',
}
