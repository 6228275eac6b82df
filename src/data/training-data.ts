/**
 * Passes over batches of sequences that run side by side. A text is one batch whose streams are as long as the pass; separate
 * sequences are many batches.
 */
export interface TrainingData {
  /** Batches in one pass. */
  readonly batches: number
  /** Steps of the longest batch. */
  readonly longest: number
  /** Steps of all sequences together. */
  readonly positions: number
  /** Whether an earlier version, which told parts of data apart, not the whole, called this part so. */
  isOf?(hash: string): boolean
  /** Makes ready batch number `index` of pass number `pass`. */
  open(pass: number, index: number): TrainingBatch
}

/** Sequences side by side. */
export interface TrainingBatch {
  /** How many sequences there are side by side. */
  readonly batch: number
  /** Steps of the longest of them. */
  readonly steps: number
  /** Steps of each sequence, if they differ. */
  readonly lengths?: Float32Array
  /** Whether steps count differently: then the port `weights` is filled too. */
  readonly weighted?: boolean
  /** Whether new sequences begin inside rows: then `starts` is filled too, not 0 at each one's first step. A row's length is that of all. */
  readonly starts?: boolean
  /** The second sequence of each, where there are such: it is there whole at every step. */
  readonly source?: SecondSequences
  /**
   * Fills the arrays of `into`, each named as a port, with `count` steps from `step` on: rows `[count, batch]` of the port's columns,
   * one after the other. What is for a whole sequence stands at each of its steps; what lies past a sequence's end is not looked at.
   * Makes no array.
   */
  fill(step: number, count: number, into: Filled): void
}

/** What the ports of a batch along the axis `source` are filled with. */
export interface SecondSequences {
  /** Steps of the longest, at least 1. */
  readonly steps: number
  /** Steps of each, from 0, if they differ. */
  readonly lengths?: Float32Array
  /** Fills the arrays of `into`, each named as a port, with all steps: rows `[steps, batch]`. What lies past an end is not looked at. */
  fill(into: Filled): void
}

/** Arrays by the names of ports. */
export type Filled = Readonly<Record<string, Float32Array>>
