import type { Tensor } from 'unrolled'

/** Pixels along a side of a digit of MNIST, and of one that is half as large. */
export const side = 28
export const half = side / 2

/** A digit half as large: the mean of each four pixels, after moving it by so many to the right and down. */
export function halved({ data }: Tensor, right = 0, down = 0): Float32Array {
  const at = (row: number, column: number): number => {
    const [y, x] = [row - down, column - right]
    return x >= 0 && y >= 0 && x < side && y < side ? data[y * side + x]! : 0
  }
  return Float32Array.from({ length: half * half }, (_, i) => {
    const [row, column] = [2 * Math.floor(i / half), 2 * (i % half)]
    return (at(row, column) + at(row, column + 1) + at(row + 1, column) + at(row + 1, column + 1)) / 4
  })
}
