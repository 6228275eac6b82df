import { abs, constant, less, position, sub, type Node } from '../../graph/index.ts'
import { row } from './row.ts'

/** A row for each number below n, with 1 in its column: [n] × n. */
export const oneHot = (n: number): Node =>
  less(abs(sub(position(n), row(Array.from({ length: n }, (_, i) => i)))), constant(0.5))
