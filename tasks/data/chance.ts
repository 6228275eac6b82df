import { uniform } from 'unrolled'

/** The number from 0 to 1 that belongs to what is drawn, for which example, and where in it: the same in every run. */
export const chance = (what: number, example: number, at = 0, part = 0): number => uniform(example, what, 0, at, part)
