import { isFloats, type Tensor } from '../tensor.ts'

/** The numbers of one step, or of one row: `[columns]`. */
export type Row = readonly number[] | Float32Array | Float64Array

/**
 * Numbers by step: a row for each, `[steps][columns]`, or a tensor `[steps, columns]`; where a step has one number, a flat list
 * of them will do. Typed arrays are read where they lie.
 */
export type Rows = readonly Row[] | Row | Tensor

/** The largest number that float32 holds. */
const largest = 3.4028234663852886e38

export const isTensor = (rows: Rows): rows is Tensor => !Array.isArray(rows) && !ArrayBuffer.isView(rows)

/** Whether every step has a row of its own, as an array in the array. */
export const isNested = (rows: Rows): rows is readonly Row[] =>
  Array.isArray(rows) && typeof rows[0] === 'object' && rows[0] !== null

/** The numbers where they lie one after the other; nested rows do not. */
export const flatOf = (rows: Exclude<Rows, readonly Row[]> | Row): Row => (isTensor(rows) ? rows.data : rows)

export const stepsOf = (rows: Rows): number => (isTensor(rows) ? rows.shape[0]! : rows.length)

/** Columns of the first step: 1 of a flat list. */
export const columnsOf = (rows: Rows): number =>
  isTensor(rows) ? (rows.shape[1] ?? 1) : isNested(rows) ? rows[0]!.length : 1

/** Copies one step's `columns` numbers to `at`. */
export function copyRow(rows: Rows, step: number, columns: number, into: Float32Array, at: number): void {
  if (isNested(rows)) {
    const row = rows[step]!
    // Of few columns the call costs more than it saves.
    if (columns >= 16 && isFloats(row)) into.set(row, at)
    else for (let c = 0; c < columns; c++) into[at + c] = row[c]!
  } else {
    const flat = flatOf(rows as Row | Tensor)
    const from = step * columns
    for (let c = 0; c < columns; c++) into[at + c] = flat[from + c]!
  }
}

/** Some of the steps, from one up to another; typed arrays are not copied. */
export function sliceRows(rows: Rows, from: number, to: number): Rows {
  if (isTensor(rows)) {
    const [, ...rest] = rows.shape
    const columns = columnsOf(rows)
    return { shape: [to - from, ...rest], data: rows.data.subarray(from * columns, to * columns) }
  }
  return Array.isArray(rows) ? rows.slice(from, to) : (rows as Float32Array | Float64Array).subarray(from, to)
}

/** What a number must be, beyond one that float32 holds. */
export interface ValueRange {
  /** The least that is right. */
  readonly from: number
  /** The greatest that is right. */
  readonly to: number
  /** Whether it must be whole; false. */
  readonly whole?: boolean
  /** A number outside of the range that is right too. */
  readonly except?: number
}

const any: ValueRange = { from: -largest, to: largest }

/** Where the first value stands that is no number within the range; undefined where all are right. */
export function firstWrong(
  rows: Rows,
  range: ValueRange = any,
): { readonly step: number; readonly column: number } | undefined {
  if (!isNested(rows)) {
    const columns = columnsOf(rows)
    const at = wrongIn(flatOf(rows as Row | Tensor), range)
    return at < 0 ? undefined : { step: Math.floor(at / columns), column: at % columns }
  }
  for (let step = 0; step < rows.length; step++) {
    const column = wrongIn(rows[step]!, range)
    if (column >= 0) return { step, column }
  }
  return undefined
}

/** The value at a place, whatever it is. */
export function valueAt(rows: Rows, { step, column }: { readonly step: number; readonly column: number }): unknown {
  return isNested(rows) ? rows[step]![column] : flatOf(rows as Row | Tensor)[step * columnsOf(rows) + column]
}

function wrongIn(row: Row, { from, to, whole = false, except }: ValueRange): number {
  for (let at = 0; ; at++) {
    at = isFloats(row) ? wrongInFloats(row, from, to, whole, at) : wrongInList(row, from, to, whole, at)
    if (at < 0 || row[at] !== except || except === undefined) return at
  }
}

// Two loops of the same: one that sees only floats is several times faster.
function wrongInFloats(
  row: Float32Array | Float64Array,
  from: number,
  to: number,
  whole: boolean,
  start: number,
): number {
  for (let i = start; i < row.length; i++) {
    const value = row[i]!
    if (!(value >= from && value <= to) || (whole && Math.floor(value) !== value)) return i
  }
  return -1
}

function wrongInList(row: readonly unknown[], from: number, to: number, whole: boolean, start: number): number {
  for (let i = start; i < row.length; i++) {
    const value = row[i]
    const right = typeof value === 'number' && value >= from && value <= to
    if (!right || (whole && Math.floor(value) !== value)) return i
  }
  return -1
}
