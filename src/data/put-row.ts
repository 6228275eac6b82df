import { copyRow, type Rows } from './rows.ts'

/** Writes a row as row number `row`, or zeros where there is none. */
export function put(rows: Rows | undefined, step: number, width: number, into: Float32Array, row: number): void {
  if (rows) copyRow(rows, step, width, into, row * width)
  else into.fill(0, row * width, (row + 1) * width)
}
