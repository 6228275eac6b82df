import { concat, constant, type Node } from '../../graph/index.ts'

/** As many numbers may a `row` have: each is a node, and takes its time to compile. */
export const longestRow = 4096

/** A row of given numbers, the same for all rows: → n columns. */
export const row = (numbers: readonly number[]): Node => concat(numbers.map(constant))
