import type { Draft, Mode } from '../draft.ts'

/** A kind of program, drawn up for each mode. */
export interface Case {
  readonly name: string
  readonly draft: (mode: Mode) => Draft
  /** The modes it makes sense in; all if left out. */
  readonly modes?: readonly Mode[]
  /** No rounding is involved: every bit agrees with the reference. */
  readonly exact?: boolean
  /** A row's result depends on that row alone. */
  readonly rowwise?: boolean
  /** A step's result depends on that step alone. */
  readonly stepwise?: boolean
  /** A sum over steps in chunks of this many. */
  readonly chunk?: number
}

/** Awkward numbers of columns: below, at and beyond what vectors and padding like. */
export const widths = [1, 3, 5, 16, 65] as const
