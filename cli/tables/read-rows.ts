import type { Table, TableOptions } from 'unrolled'
import { readTable } from 'unrolled/node'
import type { Options } from '../command.ts'
import { readSettings, sayingHow } from '../read-option.ts'
import { checkTables } from './files/kind-of-files.ts'

/** What is known of columns before a table is read: `texts` have cells that are text, be they all digits; `types` of others. */
export type KnownColumns = Pick<TableOptions, 'texts' | 'types' | 'missing'>

/** How tables are read, by what is known of their columns and, before that, what `--read` says. */
export function readAs(columns: KnownColumns, options: Options): TableOptions {
  const asked = readSettings(options)
  return { ...columns, ...asked, types: { ...columns.types, ...asked.types } }
}

/** Files, or standard input where they are `-`, as one table. */
export function readRows(files: readonly string[], columns: KnownColumns, options: Options): Promise<Table> {
  checkTables(files)
  return sayingHow(readTable(files, readAs(columns, options)))
}
