/**
 * What training asks of data: passes over batches of sequences that run side by side. A text is one batch whose streams are as
 * long as the pass; separate sequences are many batches.
 */
export interface TrainingData {
  /** Batches in one pass. */
  readonly batches: number
  /** Steps of the longest batch. */
  readonly longest: number
  /** Steps of all sequences together. */
  readonly positions: number
  /** Tells this data from another, to resume on the same. */
  readonly hash: string
  /** Whether a stored run was one on this data, by the hash it had. */
  isOf(hash: string): boolean
  /** What is counted in progress: `characters`, `words`, `steps`. */
  readonly units: string
  /** Makes ready batch number `index` of pass number `pass`. */
  open(pass: number, index: number): TrainingBatch
}

/** Sequences side by side. */
export interface TrainingBatch {
  readonly batch: number
  readonly steps: number
  /** Steps of each sequence, if they differ. */
  readonly lengths?: Float32Array
  /** Fills `count` steps from `step` on: `[count, batch, columns]` with `pitch` floats a row. Makes no array. */
  fill(step: number, count: number, x: Float32Array, targets: Float32Array): void
}
