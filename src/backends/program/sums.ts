/** Sums over rows, over columns, and of squares. */

import type { Description } from './description.ts'
import type { Place, Span } from './place.ts'

/**
 * dest[t, row] += source[t, row], where dest's stride or pitch is 0 along each summed axis. Chunks of `chunk` steps, last to
 * first. Where both stride and pitch are 0, each chunk is summed from zero, then added to dest; else one addition at a time.
 */
export interface SumRowsInstruction extends Span {
  readonly kind: 'sum-rows'
  readonly source: Place
  readonly dest: Place
  readonly columns: number
  readonly chunk: number
}

const sumRows: Description<SumRowsInstruction> = {
  uses: ({ source, dest, columns }, of) => [of.read(source, columns), of.add(dest, columns)],
  sizes: ({ columns, chunk }) => ({ columns, chunk }),
  rowWise: false,
  overPads: true,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }, rows) => ({ operations: rows * columns, bytes: 8 * rows * columns }),
  text: ({ source, dest, columns }, { at, over }) => `sum     ${over}${at(dest)} += ${at(source)} × ${columns}`,
  label: ({ columns }, rows) => `sum rows ${rows} × ${columns}`,
}

/** dest[t, row] += weight[t, row, 0] · source[t, row], one multiply-add at a time; chunks of `chunk` steps, last to first. */
export interface WeightedSumInstruction extends Span {
  readonly kind: 'weighted-sum'
  readonly weight: Place
  readonly source: Place
  readonly dest: Place
  readonly columns: number
  readonly chunk: number
}

const weightedSum: Description<WeightedSumInstruction> = {
  uses: ({ weight, source, dest, columns }, of) => [
    of.read(weight, 1),
    of.read(source, columns),
    of.add(dest, columns),
  ],
  sizes: ({ columns, chunk }) => ({ columns, chunk }),
  rowWise: false,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }, rows) => ({ operations: 2 * rows * columns, bytes: 8 * rows * columns }),
  text: ({ weight, source, dest, columns }, { at, over }) =>
    `sum     ${over}${at(dest)} += ${at(weight)} · ${at(source)} × ${columns}`,
  label: ({ columns }, rows) => `weighted sum ${rows} × ${columns}`,
}

/** dest[t, row] = the larger of dest[t, row] and source[t, row]; NaN where either is. */
export interface MaxRowsInstruction extends Span {
  readonly kind: 'max-rows'
  readonly source: Place
  readonly dest: Place
  readonly columns: number
}

const maxRows: Description<MaxRowsInstruction> = {
  uses: ({ source, dest, columns }, of) => [of.read(source, columns), of.add(dest, columns)],
  sizes: ({ columns }) => ({ columns }),
  rowWise: false,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }, rows) => ({ operations: rows * columns, bytes: 8 * rows * columns }),
  text: ({ source, dest, columns }, { at, over }) => `max     ${over}${at(dest)} of ${at(source)} × ${columns}`,
  label: ({ columns }, rows) => `max of rows ${rows} × ${columns}`,
}

/** dest[t, row, 0] = Σ_c a[t, row, c] · b[t, row, c]. The sum's order depends on `columns` alone. */
export interface DotInstruction extends Span {
  readonly kind: 'dot'
  readonly a: Place
  readonly b: Place
  readonly columns: number
  readonly dest: Place
}

const dot: Description<DotInstruction> = {
  uses: ({ a, b, columns, dest }, of) => [of.read(a, columns), of.read(b, columns), of.write(dest, 1)],
  sizes: ({ columns }) => ({ columns }),
  rowWise: true,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }, rows) => ({ operations: 2 * rows * columns, bytes: 8 * rows * columns }),
  text: ({ a, b, columns, dest }, { at, over }) => `dot     ${over}${at(dest)} = ${at(a)} · ${at(b)} × ${columns}`,
  label: ({ columns }, rows) => `dot ${rows} × ${columns}`,
}

/** dest[t, row, 0] = sum or maximum of source[t, row, 0..columns). The sum's order depends on `columns` alone. */
export interface ReduceColumnsInstruction extends Span {
  readonly kind: 'reduce-columns'
  readonly reduction: 'sum' | 'max'
  readonly source: Place
  readonly columns: number
  readonly dest: Place
}

const reduceColumns: Description<ReduceColumnsInstruction> = {
  uses: ({ source, columns, dest }, of) => [of.read(source, columns), of.write(dest, 1)],
  sizes: ({ columns }) => ({ columns }),
  codes: ({ reduction }) => [reduction === 'max' ? 1 : 0],
  rowWise: true,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }, rows) => ({ operations: rows * columns, bytes: 8 * rows * columns }),
  text: ({ reduction, source, columns, dest }, { at, over }) =>
    `${reduction.padEnd(7)} ${over}${at(dest)} of ${at(source)} × ${columns}`,
  label: ({ reduction, columns }, rows) => `${reduction} of columns ${rows} × ${columns}`,
}

/** dest[0] = Σ source², over one row of `columns`, in double precision in blocks of 4096. */
export interface SumSquaresInstruction {
  readonly kind: 'sum-squares'
  readonly source: Place
  readonly columns: number
  readonly dest: Place
}

const sumSquares: Description<SumSquaresInstruction> = {
  uses: ({ source, columns, dest }, of) => [of.read(source, columns), of.write(dest, 1)],
  sizes: ({ columns }) => ({ columns }),
  rowWise: false,
  effort: ({ columns }) => 4 * columns,
  cost: ({ columns }) => ({ operations: 2 * columns, bytes: 4 * columns }),
  text: ({ source, dest }, { at }) => `norm    ${at(dest)} = Σ ${at(source)}²`,
  label: ({ columns }) => `sum of squares ${columns}`,
}

export const sumInstructions = {
  'sum-rows': sumRows,
  'weighted-sum': weightedSum,
  'max-rows': maxRows,
  dot,
  'reduce-columns': reduceColumns,
  'sum-squares': sumSquares,
} as const
