import { stepsOf, type Rows } from './rows.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A sequence of vectors and what is to be learnt of it: something for each step, or for the whole. */
export interface LabelledSequence {
  /** `[steps][columns]` as arrays or a tensor; a flat list is one number a step. Typed arrays are read where they lie. */
  readonly x: Rows
  /**
   * `[steps][columns]`; or a flat list: `[columns]` for the whole sequence, which then hold for each step that counts, or where the
   * model wants one number, as many as there are steps.
   */
  readonly target: Rows
  /** A second sequence, with steps of its own, for models that read one (an input with the axis `source`): `[steps][columns]`. */
  readonly source?: Rows
  /** The row of a table that it begins with, counted from 0, where it was made of one. */
  readonly row?: number
}

/** What the targets of sequences are for; `either` where flat lists are as long as the sequences, and a model decides by what it gives. */
export type Targets = 'each step' | 'whole sequence' | 'either'

/** Separate sequences, and what is known of all of them. */
export interface SequenceFacts {
  /** The sequences, in the order given. */
  readonly items: readonly LabelledSequence[]
  /** What progress counts: `steps`, or of lines their symbols. */
  readonly units: string
  /** Columns of x: numbers a step. */
  readonly columns: number
  /** Columns of a target: numbers a step, or for a whole sequence. */
  readonly targetColumns: number
  /** What a target is for: each step, or the whole sequence. */
  readonly targets: Targets
  /** Steps of the longest sequence. */
  readonly longest: number
  /** Steps of all sequences together. */
  readonly steps: number
  /** Whose symbols x and targets number, where they do. */
  readonly vocabulary?: Vocabulary
  /** Second sequences, where there are such: columns, and whose symbols they number. */
  readonly source?: { readonly columns: number; readonly vocabulary?: Vocabulary }
  /** Whether sequences side by side are to be about as long. */
  readonly alike?: boolean
  /** Whether each sequence is of one class, so that a part of them has its share of every class. */
  readonly classes?: boolean
}

/** Steps of the longest of some sequences, and of all together. */
export function extentOf(items: readonly LabelledSequence[]): Pick<SequenceFacts, 'longest' | 'steps'> {
  let longest = 0
  let steps = 0
  for (const { x } of items) {
    const count = stepsOf(x)
    longest = Math.max(longest, count)
    steps += count
  }
  return { longest, steps }
}
