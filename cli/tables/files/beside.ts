import { dirname, resolve } from 'node:path'
import type { Table } from 'unrolled'

/** A file that a row names, as seen from the folder of the table it stands in; what comes in lies where the command is run. */
export const besideRow = (table: Table, row: number, path: string): string => resolve(dirname(table.source(row)), path)
