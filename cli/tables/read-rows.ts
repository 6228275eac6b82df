import { readdirSync } from 'node:fs'
import type { Table } from 'unrolled'
import { readTable } from 'unrolled/node'
import { isFolder } from './files/folder-of.ts'
import { checkTables } from './files/kind-of-files.ts'
import { isTableFile } from './table-file.ts'

/** Files as one table; `texts` are columns whose cells are text, be they all digits. In JSON texts and numbers differ by themselves. */
export function readRows(files: readonly string[], texts: readonly string[]): Promise<Table> {
  checkTables(files)
  return readTable(
    files,
    files.every(isDelimited) ? { types: Object.fromEntries(texts.map((name) => [name, 'string'])) } : {},
  )
}

/** Whether the cells of a file, or of all tables in a folder, are written between delimiters. */
const isDelimited = (file: string): boolean =>
  isFolder(file) ? readdirSync(file).filter(isTableFile).every(isDelimited) : /\.(csv|tsv|tab)(\.gz)?$/i.test(file)
