/** How surprising a sequence is to a model. */
export interface Surprise {
  /** Of all its steps together. */
  readonly total: number
  /** Of a step, on average: it tells sequences of different lengths apart by what they are. 0 of a sequence without steps. */
  readonly mean: number
  /** Of each step that counts, in order; a model that answers once has one. */
  readonly steps: Float32Array
}

/** How surprising a text is. */
export interface TextSurprise extends Surprise {
  /** What came at each step: characters or words; of a line its end too. */
  readonly symbols: readonly string[]
}
