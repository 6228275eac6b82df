import type { Table } from 'unrolled'
import { readTable } from 'unrolled/node'
import { checkTables } from './files/kind-of-files.ts'

/** Files, or standard input where they are `-`, as one table; `texts` are columns whose cells are text, be they all digits. */
export function readRows(files: readonly string[], texts: readonly string[]): Promise<Table> {
  checkTables(files)
  return readTable(files, { texts })
}
