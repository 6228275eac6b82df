import type { Table } from 'unrolled'
import { readTable } from 'unrolled/node'
import { checkTables } from './files/kind-of-files.ts'

/** Files as one table; `texts` are columns whose cells are text, be they all digits. In JSON texts and numbers differ by themselves. */
export function readRows(files: readonly string[], texts: readonly string[]): Promise<Table> {
  checkTables(files)
  return readTable(
    files,
    files.every(isDelimited) ? { types: Object.fromEntries(texts.map((name) => [name, 'string'])) } : {},
  )
}

const isDelimited = (file: string): boolean => /\.(csv|tsv|tab)(\.gz)?$/i.test(file)
