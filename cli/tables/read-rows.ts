import type { Table } from 'unrolled'
import { readTable } from 'unrolled/node'

/** Files as one table; `texts` are columns whose cells are text, be they all digits. In JSON texts and numbers differ by themselves. */
export const readRows = (files: readonly string[], texts: readonly string[]): Promise<Table> =>
  readTable(files, files.every(isDelimited) ? { types: Object.fromEntries(texts.map((name) => [name, 'string'])) } : {})

const isDelimited = (file: string): boolean => /\.(csv|tsv|tab)(\.gz)?$/i.test(file)
