import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import { quoted } from '../../printable.ts'
import { checkTypesKnown, inferColumn } from './infer-column.ts'
import { bytesOf, type Bytes } from '../bytes.ts'
import type { RowValues } from '../records.ts'
import { formats } from './formats.ts'
import { recordsSheet, rowFrom1 } from './json-format.ts'
import { checkTableOptions, type TableOptions } from './options.ts'
import { empty, type Sheet } from './sheet.ts'
import { tableOf, type Places, type Table } from './table.ts'
import { unpackedText } from './unpacked-text.ts'

/** What `table` reads: a text, the bytes of a file, gzip too, or a list of records with values by the names of columns. */
export type TableContent = string | Bytes | readonly RowValues[]

/** One piece of content, and what errors call it. */
export interface NamedContent {
  readonly name: string
  readonly content: TableContent
  /** What records were made from, where it was not what they are. */
  readonly format?: string
}

/** Reads content as one table; of several pieces the rows come one after the other. */
export async function readContent(
  owner: string,
  pieces: readonly NamedContent[],
  options: TableOptions,
): Promise<Table> {
  checkTableOptions(owner, options)
  const sheets: Sheet[] = []
  for (const piece of pieces) sheets.push(await sheetOf(piece, options))
  return joined(sheets, options)
}

async function sheetOf(
  { content, name, format: made = 'records' }: NamedContent,
  options: TableOptions,
): Promise<Sheet> {
  if (Array.isArray(content)) return recordsSheet(content, name, rowFrom1, [made])
  const fail = (): UnrolledError =>
    new UnrolledError('data', `${name}: a text, bytes or a list of records is needed, not ${shown(content)}`)
  const read =
    typeof content === 'string'
      ? content
      : await unpackedText(bytesOf(content as Bytes, 'readTable', fail), name, options.encoding)
  const text = read.startsWith('\ufeff') ? read.slice(1) : read
  if (text.trim() === '') throw empty(name)
  const format =
    options.format === undefined ? Object.values(formats).find(({ sniff }) => sniff(text)) : formats[options.format]
  return format!.sheet(text, name, options)
}

function joined(sheets: readonly Sheet[], options: TableOptions): Table {
  const [first, ...others] = sheets as [Sheet, ...Sheet[]]
  for (const other of others) checkAlike(first, other)
  const rows = sheets.reduce((sum, sheet) => sum + sheet.rows, 0)
  const name = others.length === 0 ? first.name : `${first.name} and ${others.length} more`
  const places = placesIn(sheets)
  const { names, typed, decimal } = first
  const texts = Object.fromEntries((options.texts ?? []).map((column) => [column, 'string' as const]))
  checkTypesKnown(name, { ...texts, ...options.types }, names)
  const types = { ...first.types, ...(!typed && texts), ...options.types }
  const settings = { ...options, types, typed, decimal }
  const inferred = names.map((column, i) => {
    const cells =
      others.length === 0 ? first.cells[i]! : sheets.flatMap((sheet) => sheet.cells[sheet.names.indexOf(column)]!)
    return inferColumn(column, cells, settings, places.place)
  })
  const found = [first.said.join(', '), listOf(inferred.map(({ said }) => said))].join('; ')
  return tableOf({ name, columns: inferred.map(({ column }) => column), rows, found, places })
}

/** So many columns are described. */
const mostDescribed = 20

const listOf = (said: readonly string[]): string =>
  [...said.slice(0, mostDescribed), ...(said.length > mostDescribed ? [`… ${said.length} columns in all`] : [])].join(
    ', ',
  )

/** Content that is to be one table has the same columns, whatever their order. */
function checkAlike(first: Sheet, other: Sheet): void {
  const odd = other.names.find((name) => !first.names.includes(name))
  const lacking = first.names.find((name) => !other.names.includes(name))
  if (odd !== undefined || lacking !== undefined) {
    const what = odd === undefined ? `has no column ${quoted(lacking!)}` : `has a column ${quoted(odd)}`
    throw new UnrolledError(
      'data',
      `${other.name} ${what}, ${first.name} has ${odd === undefined ? 'one' : 'none'}; their columns must be the same`,
    )
  }
  if (first.typed === other.typed && first.decimal === other.decimal) return
  const advice = first.typed === other.typed ? "say decimal: ',' or decimal: '.'" : 'read each by itself'
  throw new UnrolledError(
    'data',
    `${other.name} (${other.said.join(', ')}) is written in another way than ${first.name} (${first.said.join(', ')}); ${advice}`,
  )
}

/** Where a row of all sheets together stands in its own. */
function placesIn(sheets: readonly Sheet[]): Places {
  const found = (row: number): { readonly sheet: Sheet; readonly at: number } => {
    let sheet = 0
    let at = row
    while (at >= sheets[sheet]!.rows) at -= sheets[sheet++]!.rows
    return { sheet: sheets[sheet]!, at }
  }
  return {
    place(row, column) {
      const { sheet, at } = found(row)
      return `${sheet.name}, ${sheet.rowName(at)}${column === undefined ? '' : `, column ${quoted(column)}`}`
    },
    source: (row) => found(row).sheet.name,
  }
}
