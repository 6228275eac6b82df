import { chunk } from '../runtime/index.ts'

/** Steps kept in memory for windows of `unroll` steps: all of them, or for long windows about √unroll. */
export const usualSegment = (unroll: number): number =>
  unroll <= 256 ? Math.ceil(unroll / chunk) * chunk : Math.max(64, Math.ceil(Math.sqrt(unroll) / chunk) * chunk)
