/** Rows of cells as lines, columns two spaces apart; `right` are the numbers of columns that stand to the right. */
export function aligned(rows: readonly (readonly string[])[], right: (column: number) => boolean): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((text, column) => (right(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}
