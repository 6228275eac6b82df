/**
 * Rows of cells as lines of text, the first a head: first column to the left, others to the right. `paint` gets each cell as wide as
 * its column.
 */
export function tableText(
  rows: readonly (readonly string[])[],
  paint: (text: string, row: number, column: number) => string = (text) => text,
): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[], r: number): string =>
    row
      .map((cell, c) => paint(c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]! + 2), r, c))
      .join('')
      .trimEnd()
  const [head, ...body] = rows.map(line)
  return [head, '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2)), ...body].join('\n')
}
