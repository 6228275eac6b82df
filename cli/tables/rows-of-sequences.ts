import type { ColumnRoles, Table } from 'unrolled'

/** Rows of each sequence, in the order of their time. */
export function rowsOfSequences(table: Table, { sequence, time }: ColumnRoles): readonly (readonly number[])[] {
  const rows = Array.from({ length: table.rows }, (_, row) => row)
  if (sequence === undefined) return rows.map((row) => [row])
  const { values } = table.column(sequence)
  const groups = new Map<unknown, number[]>()
  for (const row of rows) {
    const known = groups.get(values[row])
    if (known) known.push(row)
    else groups.set(values[row], [row])
  }
  if (time !== undefined) {
    const times = table.column(time).values as ArrayLike<number>
    for (const group of groups.values()) group.sort((a, b) => times[a]! - times[b]!)
  }
  return [...groups.values()]
}
