import { padded } from '../compiler/layout.ts'

/** Copies rows of `columns` numbers into rows padded as device memory has them. */
export function padRows(from: ArrayLike<number>, columns: number, into: Float32Array | Float64Array): void {
  const pads = padded(columns) - columns
  let at = 0
  for (let i = 0; i < from.length; at += pads) {
    for (const end = i + columns; i < end; i++) into[at++] = from[i]!
  }
}

/** Copies padded rows out into rows of `columns` numbers. */
export function unpadRows(from: ArrayLike<number>, columns: number, into: Float32Array | Float64Array): void {
  const pitch = padded(columns)
  const rows = into.length / columns
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) into[row * columns + c] = from[row * pitch + c]!
  }
}
