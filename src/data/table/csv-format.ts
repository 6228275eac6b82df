import { UnrolledError } from '../../error.ts'
import { quoted } from '../../printable.ts'
import type { TableOptions } from './options.ts'
import type { Decimal } from './read-number.ts'
import { delimiterNames, readRecords, rowName, type Records } from './read-csv.ts'
import { passedOver, type Format, type Sheet } from './sheet.ts'
import { sniffDecimal } from './sniff-decimal.ts'
import { sniffHeader } from './sniff-header.ts'

/** Values between delimiters. */
export const csvFormat: Format = { sniff: () => true, sheet: read }

async function read(text: string, name: string, options: TableOptions): Promise<Sheet> {
  const records = await readRecords(text, name, options)
  const { cells, numbers, lines, delimiter, quote, empty } = records
  const decimal = options.decimal ?? sniffed(records, name)
  const { dates, missing } = options
  const settings = { decimal, typed: false, ...(dates && { dates }), ...(missing && { missing }) }
  const given = typeof options.header === 'object' ? options.header : undefined
  const header = given === undefined ? (options.header ?? sniffHeader(cells, settings)) : false
  const names = namesOf(records, name, header as boolean, given)
  const skip = header === true ? 1 : 0
  const said = [delimiterNames[delimiter] ?? `${quoted(delimiter)} between cells`]
  if (quote === "'") said.push('single quotes')
  if (decimal === ',') said.push('decimal comma')
  said.push(header === true ? 'header' : 'no header')
  said.push(...passedOver(empty, 'empty row'))
  return {
    name,
    names,
    cells: skip === 0 ? cells : cells.map((column) => column.slice(skip)),
    rows: numbers.length - skip,
    rowName: (row) => rowName(numbers[row + skip]!, lines[row + skip]!),
    said,
    typed: false,
    decimal,
  }
}

/** The decimal sign, by all rows but the first, which may name the columns; a single row is looked at itself. */
function sniffed({ cells, numbers, lines, delimiter }: Records, name: string): Decimal {
  const from = numbers.length > 1 ? 1 : 0
  return sniffDecimal(
    cells.map((column) => column.slice(from)),
    delimiter,
    cells.map(([first], i) => (from === 1 ? first! : `column ${i + 1}`)),
    (row, column) => `${name}, ${rowName(numbers[row + from]!, lines[row + from]!)}, column ${quoted(column ?? '')}`,
  )
}

function namesOf(
  { cells, numbers }: Records,
  name: string,
  header: boolean,
  given: readonly string[] | undefined,
): readonly string[] {
  if (given !== undefined && given.length !== cells.length) {
    throw new UnrolledError('data', `${name} has ${cells.length} columns; header names ${given.length}`)
  }
  const names = given ?? cells.map(([first], i) => (header && first!.trim() !== '' ? first!.trim() : `column ${i + 1}`))
  const twice = names.find((one, i) => names.indexOf(one) !== i)
  if (twice !== undefined) {
    const which = names.flatMap((one, i) => (one === twice ? [i + 1] : [])).join(' and ')
    throw new UnrolledError(
      'data',
      `${name}: columns ${which} are both called ${quoted(twice)}; mend row ${numbers[0]}, or give names by header: [${names.slice(0, 2).map(quoted).join(', ')}, …]`,
    )
  }
  if (header && numbers.length === 1) {
    throw new UnrolledError(
      'data',
      `${name} has a header and no row; header: false takes ${names.slice(0, 3).map(quoted).join(', ')} for data`,
    )
  }
  return names
}
