import { concat, constant, div, sumColumns, type Node } from '../../graph/index.ts'

/** The mean over the columns of each row: [rows] × n → [rows] × 1. */
export const meanColumns = (a: Node): Node => div(sumColumns(a), constant(a.shape.columns))

/** As many numbers may a `row` have: each is a node, and takes its time to compile. */
export const longestRow = 4096

/** A row of given numbers, the same for all rows: → n columns. */
export const row = (numbers: readonly number[]): Node => concat(numbers.map(constant))
