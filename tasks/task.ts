import type { DoneEvent, TrainingOptions, TrainingRun } from 'unrolled'

/** Something to be learnt from data that anybody can get: a model, what stands beside it, and what is to be reached. */
export interface Task {
  /** As its file is called. */
  readonly name: string
  /** What is learnt, in a few words. */
  readonly title: string
  readonly topology: 'one to one' | 'one to many' | 'many to one' | 'many to many' | 'synced many to many'
  /** Where the data comes from, how much there is, and which part is the test. */
  readonly data: string
  /** What the model is. */
  readonly model: string
  /** What `ours` and `baseline` are shares of. */
  readonly metric: string
  /** What `ours` must be; absent where it only stands beside the baseline. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number }
  /** What stands beside the model. */
  readonly baseline: string
  /** What others have reported, and on what. */
  readonly published?: string
  /** What was tried beside what is here, and what it gave. */
  readonly tried?: string
  /** Data that does not come with the development dependencies. */
  readonly needs?: Source
  run(effort: Effort): Promise<Result>
}

/** Data that lies elsewhere. */
export interface Source {
  /** Why it is not there; undefined where it is. */
  missing(): string | undefined
  /** Brings it here, where that can be done. */
  fetch?(): Promise<void>
}

/** How much is put into a run. */
export interface Effort {
  /** How much of the data is used; 1 is all of it. */
  readonly share: number
  /** When training ends at the latest. */
  readonly limits: Pick<TrainingOptions, 'epochs' | 'minutes'>
  /** Goes through a run to its end and shows how far it is. */
  watch(run: TrainingRun): Promise<DoneEvent>
}

/** What came of a run, on the test part alone. */
export interface Result {
  readonly ours: number
  /** Within which bounds it lies with 95 %. */
  readonly interval?: readonly [number, number]
  readonly baseline: number
  /** Further figures, by what they are. */
  readonly also?: Readonly<Record<string, number>>
  /** How the training of the model ended. */
  readonly trained: DoneEvent
}
