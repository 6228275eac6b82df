import type { Table } from 'unrolled'
import { readTable } from 'unrolled/node'

/** Files as one table; what stands in a column of texts that are written is text, be it all digits. */
export async function readRows(files: readonly string[], written: string | undefined): Promise<Table> {
  const table = await readTable(files)
  const type = written === undefined ? undefined : table.columns.get(written)?.type
  // Standard input is read once.
  if (type === undefined || type === 'string' || type === 'list' || files.includes('-')) return table
  return readTable(files, { types: { [written!]: 'string' } })
}
