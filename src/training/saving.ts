import { encodeModel } from '../formats/model-file.ts'
import type { Model } from '../models/index.ts'
import type { Keeping } from './keeping.ts'
import type { Ending } from './standing.ts'

/** What of a run its store has, and what it lacks. */
export class Saving {
  readonly #keeping: Keeping
  readonly #everyMs: number
  /** What had ended the run, as the store has it. */
  readonly #ended: Ending | undefined
  #savedAt = performance.now()
  /** Whether the run is further than what the store has of it. */
  #ahead = false
  /** Whether this process made updates. */
  #made = false
  /** Whether the store has the best model. */
  #bestKept = false

  constructor(keeping: Keeping, everyMs: number, ended: Ending | undefined) {
    this.#keeping = keeping
    this.#everyMs = everyMs
    this.#ended = ended
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

  /** Keeps the file of the run as it stands. */
  async save(file: Uint8Array): Promise<void> {
    await this.#keeping.writeResume(file)
    this.#ahead = false
    this.#savedAt = performance.now()
  }

  async keepBest(model: Model): Promise<void> {
    await this.#keeping.writeModel(encodeModel(model))
    this.#bestKept = true
  }

  /** Keeps what the store lacks of a run that is over; `ending` is what ended it for good, if anything did. */
  async end(ending: Ending | undefined, model: Model, file: () => Promise<Uint8Array>): Promise<void> {
    if (this.#ahead || ending !== this.#ended) await this.save(await file())
    if (!this.#bestKept && (this.#made || ending)) await this.keepBest(model)
  }

  /** Whether nothing of this run is in a store that holds another. */
  get foreign(): boolean {
    return this.#keeping.foreign
  }
}
