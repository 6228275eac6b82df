import { printable, type Column, type ColumnRoles, type Table } from 'unrolled'
import { grouped } from '../numbers.ts'
import { fewNames } from './few-names.ts'

/** Names the columns that are read and say the same in every row, of which nothing can be learnt. */
export function constantColumns(table: Table, { x }: ColumnRoles): string[] {
  const read = [x ?? []].flat()
  const same = read.filter((name) => isConstant(table.column(name)))
  if (table.rows < 2 || same.length === 0) return []
  const say = same.length === 1 ? 'says' : 'say'
  return [
    printable(
      `${grouped(same.length)} of ${grouped(read.length)} columns ${say} the same in every row: ${fewNames(same)}`,
    ),
  ]
}

function isConstant({ values }: Column): boolean {
  for (const value of values) if (!Object.is(value, values[0])) return false
  return true
}
