/**
 * Which elements an instruction means by a place: of columns `at.column` up to `at.column + columns` of the place, in rows
 * `at.row` up to `at.row + rows`, the element at (t, row, column) is that of the array's version
 * `perStep · t + shift`, from the last step on where `fromEnd`. A state is one array of as many versions as there are steps, and one.
 */
export interface Meaning {
  readonly array: number
  readonly perStep: number
  readonly shift: number
  readonly fromEnd: boolean
  /** Whether another row is another element; else one row serves all. */
  readonly inner: boolean
  /** The array's column at the first one of these. */
  readonly column: number
  readonly columns: number
  readonly rows: number
  readonly at: { readonly row: number; readonly column: number }
}
