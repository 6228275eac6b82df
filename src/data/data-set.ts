import type { Port } from '../layers/port.ts'
import type { ValueRange } from './rows.ts'
import type { TrainingData } from './training-data.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A port of data. Symbols may be those of a vocabulary. */
export interface DataPort extends Port {
  /** Whose symbols its numbers are; absent where it holds vectors, or symbols that are known by number alone. */
  readonly vocabulary?: Vocabulary
}

/** A port as a model wants it filled. */
export interface WantedPort extends DataPort {
  /** What its numbers may be; any finite ones where absent, and of symbols their numbers. */
  readonly range?: ValueRange
}

/** Ports by name: those of a model's inputs, `targets`, and `weights` where steps do not all count alike. */
export type WantedPorts = Readonly<Record<string, WantedPort>>

/** How data is to be cut into batches. */
export interface PartOptions {
  /** Sequences side by side. */
  readonly batch: number
  /** Steps from one update to the next. */
  readonly every: number
  /** The share that is kept for validation, from 0 and below 1. */
  readonly validation: number
  /** Most positions that a validation measures, from all over what is kept. */
  readonly limit: number
  /** Names what is drawn: which sequences are kept, and the order of those that are trained on. */
  readonly seed: number
  /** Whether the sequences of a training batch may lie one behind the other in its rows; asked of data that `packs` alone. */
  readonly pack?: boolean
}

/** What is trained on, and what is kept for validation, where a share is. */
export interface Parts {
  /** Batches to train on, in another order for each pass. */
  readonly training: TrainingData
  /** Batches of what is kept, in order; absent where `validation` is 0. */
  readonly validation?: TrainingData
  /** Says how they were told apart, where other versions of the data set may do otherwise. */
  readonly split?: string
}

/** How all of a data set is put into batches, and how much of it. */
export interface WholeOptions {
  /** Sequences side by side, or streams that a long one is cut into; what suits the data. */
  readonly batch?: number
  /** About so many positions at most, drawn by the seed from all over. Absent: every position, each once, in order. */
  readonly limit?: number
  /** Names what `limit` draws; 0. */
  readonly seed?: number
}

/** Data to train a model on, or to measure it by. Whoever has data of another kind implements this. */
export interface DataSet {
  /** What there is at each step, or for each sequence, by name: what goes into a model, `x`, and what it is held against, `targets`. */
  readonly ports: Readonly<Record<string, DataPort>>
  /** Tells this data from other data, so that a run goes on with the same. */
  readonly hash: string
  /** What progress counts: `characters`, `words`, `steps`. */
  readonly units: string
  /** How many sequences there are; a text is one. */
  readonly count: number
  /** Steps of the longest. */
  readonly longest: number
  /** Sequences side by side, and steps an error flows back, where training is not told; 32, and whole sequences. */
  readonly usual?: { readonly batch?: number; readonly unroll?: number }
  /** Whether `parts` can put several sequences in a row: they have a target at each step, and no second sequence; false. */
  readonly packs?: boolean
  /**
   * The data in batches to train on, another order for each pass, and those of a part that is kept.
   * @throws UnrolledError `data` where there is too little; `option` where it cannot be shared out so.
   */
  parts(options: PartOptions): Parts
  /** All of it in batches, in order: to measure, to predict, to learn from at once. */
  whole(options?: WholeOptions): TrainingData
  /** The same data as a model reads it, where its numbers can be read in several ways. */
  as?(wanted: WantedPorts): DataSet
}
