import type { WindowScale } from './normalisations.ts'
import type { CodedChannel } from './window-coding.ts'

/** How the steps around an origin, the first step that is not known, become rows for a model. */
export interface WindowRows {
  /** Steps along time. */
  readonly steps: number
  /** Columns of a step's input. */
  readonly columns: number
  /** Values that are said at a step. */
  readonly values: number
  /** What is read as a second sequence, where there is such. */
  readonly source?: { readonly steps: number; readonly columns: number }
  /** The first of the values that are said at a step. */
  first(origin: number, step: number): number
  /** Fills row number `row` of `rows` at all steps of the second sequence. */
  putSource?(
    coded: CodedChannel,
    origin: number,
    scale: WindowScale,
    into: Float32Array,
    row: number,
    rows: number,
  ): void
  /** Fills a step's input, from `at` on; of what lies behind the origin it sees only what is known ahead, and in training what was said. */
  putStep(coded: CodedChannel, origin: number, scale: WindowScale, step: number, into: Float32Array, at: number): void
}
