import { UnrolledError } from '../../error.ts'
import { shown } from '../../options.ts'
import { readNumber, type Decimal } from './read-number.ts'
import type { Place } from './table.ts'

/** What looks like a number with a sign inside. */
const maybe = /^\s*[+-]?[\d.,\u00a0\u202f'’]*\d[\d.,]*(?:[eE][+-]?\d+)?\s*$/

/**
 * Whether numbers have a decimal comma or point: what one cell proves holds for all. `1,234` alone proves nothing; between semicolons
 * it has a decimal comma, for that is why they are semicolons, and else an error asks.
 */
export function sniffDecimal(
  columns: readonly (readonly string[])[],
  delimiter: string,
  names: readonly string[],
  place: Place,
): Decimal {
  let unclear: { readonly row: number; readonly column: number } | undefined
  let commas = false
  let weakPoints = false
  for (let c = 0; c < columns.length; c++) {
    const cells = columns[c]!
    if (!mostlyNumbers(cells)) continue
    for (let row = 0; row < cells.length; row++) {
      const cell = cells[row]!
      if (!/[.,]/.test(cell) || !maybe.test(cell)) continue
      const comma = readNumber(cell, ',')
      const point = readNumber(cell, '.')
      if (point !== undefined && comma === undefined) return '.'
      if (comma !== undefined && point === undefined) commas = true
      else if (comma === undefined || comma === point) continue
      else if (cell.includes(',')) unclear ??= { row, column: c }
      else weakPoints = true
    }
  }
  if (commas) return ','
  if (unclear === undefined) return '.'
  if (delimiter === ';' && !weakPoints) return ','
  const cell = columns[unclear.column]![unclear.row]!
  throw new UnrolledError(
    'data',
    `${place(unclear.row, names[unclear.column])}: ${shown(cell)} could be ${readNumber(cell, '.')} or ` +
      `${readNumber(cell, ',')}; say decimal: '.' or decimal: ','`,
  )
}

function mostlyNumbers(cells: readonly string[]): boolean {
  let numbers = 0
  let others = 0
  for (const cell of cells) {
    if (cell === '') continue
    if (maybe.test(cell)) numbers++
    else if (++others > cells.length / 2) return false
  }
  return numbers > others
}
