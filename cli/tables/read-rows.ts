import type { Table, TableOptions } from 'unrolled'
import { readTable } from 'unrolled/node'
import { checkTables } from './files/kind-of-files.ts'

/** What is known of columns before a table is read: `texts` have cells that are text, be they all digits; `types` of others. */
export type KnownColumns = Pick<TableOptions, 'texts' | 'types'>

/** Files, or standard input where they are `-`, as one table. */
export function readRows(files: readonly string[], columns: KnownColumns): Promise<Table> {
  checkTables(files)
  return readTable(files, columns)
}
