import type { TableOptions } from './options.ts'
import type { TableContent } from './read-content.ts'
import type { Table } from './table.ts'

/**
 * Reads a table from a text, bytes (gzip is unpacked) or a list of records: comma-, tab- or otherwise separated values, JSON lines, a
 * JSON list of records, CoNLL-U, B-I-O files, FASTA, the time series archive's `.ts`. Format, delimiter, quotes, header, decimal sign, types of columns and forms of dates are found out, said in
 * `description`, and overridden by options.
 * @throws UnrolledError `data`, with row and column, where a cell does not fit; where something can be read in two ways, it asks.
 */
export async function table(content: TableContent, options: TableOptions = {}): Promise<Table> {
  // What reads need not be fetched by every page.
  const { readContent } = await import('./read-content.ts')
  return readContent('table', [{ name: options?.name ?? 'the table', content }], options)
}
