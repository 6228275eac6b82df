/** A row axis: named (`time`, `batch`, its extent known at run time) or a fixed number of rows (a parameter's). */
export type RowAxis = string | number

/** Named or fixed row axes, outermost first, and a fixed number of columns. A vector has no row axes; a scalar also has 1 column. */
export interface Shape {
  /** Outermost first: `['time', 'batch']`, or `[20]` of a matrix with 20 rows. */
  readonly rows: readonly RowAxis[]
  /** Numbers in each row. */
  readonly columns: number
}
