import type { Formula } from '../backends/backend.ts'
import type { RowAxis } from '../graph/index.ts'

/**
 * Which elements an instruction means by a place: of columns `at.column` up to `at.column + columns` of the place, in rows
 * `at.row` up to `at.row + rows`, those of an array. Its rows are counted over all of its `axes`, outermost first; the place moves
 * along some of them, and begins `shift` rows further on. A state is one array over as many steps as the scan has, and one.
 */
export interface Meaning {
  readonly array: number
  readonly axes: readonly RowAxis[]
  readonly along: readonly RowAxis[]
  readonly shift: Formula
  /** The array's column at the first one of these. */
  readonly column: number
  readonly columns: number
  readonly rows: number
  readonly at: { readonly row: number; readonly column: number }
}
