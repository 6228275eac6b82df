import type { Model } from '../models/index.ts'
import type { CheckpointStore } from './checkpoint.ts'
import { Keeping } from './keeping.ts'
import type { Settings } from './options.ts'
import type { Ending } from './standing.ts'
import type { Frame, RunFile, StoredRun } from './stored-run.ts'
import type { Terms } from './terms.ts'

/** What reads and writes files of runs, fetched when there is one. */
export const runFiles = () => import('./stored-run.ts')

/** What of a run its store has, and what it lacks. */
export class Saving {
  readonly #keeping: Keeping
  readonly #everyMs: number
  #terms: Terms = {}
  /** What had ended the run, as the store has it. */
  #ended: Ending | undefined
  #savedAt = performance.now()
  /** Whether the run is further than what the store has of it. */
  #ahead = false
  /** Whether this process made updates. */
  #made = false
  /** Whether the store has the best model. */
  #bestKept = false

  private constructor(keeping: Keeping, everyMs: number) {
    this.#keeping = keeping
    this.#everyMs = everyMs
  }

  /**
   * Takes a store, to keep a run in it every so often.
   * @throws UnrolledError as `Keeping.open`.
   */
  static async open(store: CheckpointStore, { resume, checkpointEveryMs }: Settings): Promise<Saving> {
    return new Saving(await Keeping.open(store, resume), checkpointEveryMs)
  }

  /**
   * The run to go on with, where the store has one; `frame` is what it and all that is kept from now on must fit.
   * @throws UnrolledError as `storedRun`.
   */
  async stored(frame: Frame): Promise<StoredRun | undefined> {
    this.#terms = frame.terms
    const { resume } = this.#keeping
    if (!resume) return undefined
    const { storedRun } = await runFiles()
    const found = storedRun(resume, frame)
    this.#ended = found.ended
    return found
  }

  /** Whether it is time to save again. */
  get due(): boolean {
    return performance.now() - this.#savedAt >= this.#everyMs
  }

  /** An update was made. */
  updated(): void {
    this.#made = true
    this.#ahead = true
  }

  /** A validation was made. */
  validated(best: boolean): void {
    this.#ahead = true
    if (best) this.#bestKept = false
  }

  /** Keeps all it takes to go on from here. */
  async save(run: Omit<RunFile, 'terms'>): Promise<void> {
    const { storedBytes } = await runFiles()
    await this.#keeping.writeResume(storedBytes({ ...run, terms: this.#terms }))
    this.#ahead = false
    this.#savedAt = performance.now()
  }

  async keepBest(model: Model): Promise<void> {
    const { encodeModel } = await runFiles()
    await this.#keeping.writeModel(encodeModel(model))
    this.#bestKept = true
  }

  /** Keeps what the store lacks of a run that is over; `ending` is what ended it for good, if anything did. */
  async end(ending: Ending | undefined, model: Model, run: () => Promise<Omit<RunFile, 'terms'>>): Promise<void> {
    if (this.#ahead || ending !== this.#ended) await this.save(await run())
    if (!this.#bestKept && (this.#made || ending)) await this.keepBest(model)
  }

  /** Whether nothing of this run is in a store that holds another. */
  get foreign(): boolean {
    return this.#keeping.foreign
  }

  /** Gives the store back. */
  close(): Promise<void> {
    return this.#keeping.close()
  }
}
