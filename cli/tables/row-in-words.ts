import type { ColumnRoles, Table } from 'unrolled'
import { isFile } from './files/with-files.ts'

/** What a model reads of a row, on one line. */
export function rowInWords(table: Table, { text, token, x, sequence }: ColumnRoles, row: number): string {
  const values = table.row(row)
  if (text !== undefined) return String(values[text]).replaceAll(/\s+/g, ' ')
  if (token !== undefined) return String(values[token])
  if (sequence !== undefined) return `${sequence} ${String(values[sequence])}`
  return [x!]
    .flat()
    .map((name) => `${name} ${shownCell(values[name])}`)
    .join(', ')
}

const shownCell = (value: unknown): string =>
  isFile(value)
    ? value.file
    : typeof value === 'object' && value !== null && 'data' in value
      ? `[${(value.data as Float64Array).subarray(0, 4).join(', ')}, …]`
      : shownValue(value)

/** A number without more places than people read; of labels where there are none `(none)`. */
export const shownValue = (value: unknown): string =>
  typeof value === 'number'
    ? String(Number(value.toPrecision(6)))
    : Array.isArray(value)
      ? value.join(', ') || '(none)'
      : String(value)
