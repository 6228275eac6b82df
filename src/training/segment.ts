import { chunk } from '../runtime/index.ts'

/** All steps of a window as one segment: whole chunks. */
export const wholeSegment = (steps: number): number => Math.ceil(steps / chunk) * chunk

/** Steps kept in memory for windows of `unroll` steps: all of them, or for long windows about √unroll. */
export const usualSegment = (unroll: number): number =>
  unroll <= 256 ? wholeSegment(unroll) : Math.max(64, wholeSegment(Math.sqrt(unroll)))
