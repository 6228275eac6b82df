import { UnrolledError } from '../error.ts'
import type { RowAxis, Shape } from './shape.ts'

/** An array during plain evaluation: the extent of each row axis and float64 data, row by row without padding. */
export interface Value {
  /** That of the node whose value it is. */
  readonly shape: Shape
  /** How far each row axis goes, in the order of the shape; empty without rows. */
  readonly extents: readonly number[]
  /** Row by row: as many numbers as the extents and columns multiplied. */
  readonly data: Float64Array
}

/** What evaluation needs beside values: extents of named axes and run-time integers. */
export interface EvaluationContext {
  /** How far each named axis goes: `{ time: 50, batch: 32 }`. */
  readonly extents: Readonly<Record<string, number>>
  /** Run-time numbers by name: of what is drawn `seed`, `step`, `window` and `sequence`. */
  readonly scalars: Readonly<Record<string, number>>
  /** Index of the step being evaluated, inside a scan. */
  readonly position?: number
}

/** The run-time extent of a row axis. */
export function extentOf(axis: RowAxis, context: EvaluationContext): number {
  if (typeof axis === 'number') return axis
  const extent = context.extents[axis]
  if (extent === undefined) throw new UnrolledError('missing', `the extent of axis ${axis} is not given`)
  return extent
}

/** A new value of zeros. */
export function zeros(shape: Shape, context: EvaluationContext): Value {
  const extents = shape.rows.map((axis) => extentOf(axis, context))
  return { shape, extents, data: new Float64Array(extents.reduce((a, b) => a * b, 1) * shape.columns) }
}

export const rowCount = (value: Value): number => value.extents.reduce((a, b) => a * b, 1)

/**
 * For each row of `to`, the index of the row of `from` it reads when `from` is broadcast over the axes it lacks.
 */
export function rowMap(from: Shape, to: Value): Int32Array {
  const rows = rowCount(to)
  const map = new Int32Array(rows)
  const strides = to.shape.rows.map((axis) => {
    const at = from.rows.indexOf(axis)
    if (at < 0) return 0
    return from.rows.slice(at + 1).reduce<number>((a, b) => a * to.extents[to.shape.rows.indexOf(b)]!, 1)
  })
  for (let row = 0; row < rows; row++) {
    let rest = row
    let source = 0
    for (let axis = to.extents.length - 1; axis >= 0; axis--) {
      source += (rest % to.extents[axis]!) * strides[axis]!
      rest = Math.floor(rest / to.extents[axis]!)
    }
    map[row] = source
  }
  return map
}
