import { UnrolledError } from '../error.ts'
import type { CheckpointStore } from './checkpoint.ts'

/** A store while one run has it. */
export class Keeping {
  /** The file of the run to go on with. */
  readonly resume: Uint8Array | undefined
  readonly #store: CheckpointStore
  readonly #release: () => Promise<void>
  /** Whether what the store holds was left by another run, and nothing of this one. */
  #foreign: boolean

  private constructor(
    store: CheckpointStore,
    release: () => Promise<void>,
    resume: Uint8Array | undefined,
    foreign: boolean,
  ) {
    this.#store = store
    this.#release = release
    this.resume = resume
    this.#foreign = foreign
  }

  /**
   * Takes a store. What it holds is gone on with where `resume` is true, and replaced in time where it is false.
   * @throws UnrolledError `checkpoint` where another run has the store, or where it holds something and nothing is said.
   */
  static async open(store: CheckpointStore, resume: boolean | undefined): Promise<Keeping> {
    const unlock = await kept('take the run', async () => store.lock?.())
    const release = async (): Promise<void> => unlock?.()
    try {
      // Stores of one's own may say null of what is not there, as localStorage does.
      const there = (await store.readResume()) ?? undefined
      const model = there !== undefined || ((await store.hasModel?.()) ?? false)
      if (there && resume === undefined) {
        throw new UnrolledError(
          'checkpoint',
          'train: the checkpoint holds a run already: resume: true goes on with it, resume: false begins anew and takes its place',
        )
      }
      if (!there && model && resume !== false) {
        throw new UnrolledError(
          'checkpoint',
          'train: the checkpoint holds a model, but no run to go on with: name another place, or say resume: false ' +
            'to begin anew and take its place',
        )
      }
      return new Keeping(store, release, resume ? there : undefined, model && !resume)
    } catch (error) {
      await release().catch(() => undefined)
      throw inWords('read the checkpoint', error)
    }
  }

  get foreign(): boolean {
    return this.#foreign
  }

  async writeModel(bytes: Uint8Array): Promise<void> {
    this.#foreign = false
    await kept('keep the model', async () => this.#store.writeModel(bytes))
  }

  async writeResume(bytes: Uint8Array): Promise<void> {
    this.#foreign = false
    await kept('keep the state of the run', async () => this.#store.writeResume(bytes))
  }

  /** Gives the store back. */
  async close(): Promise<void> {
    // What the run came to must not be lost for a lock; one that is left behind is known to be stale.
    await this.#release().catch(() => undefined)
  }
}

/** What a store does, waited for: one of one's own may do it at once. */
const kept = <Given>(what: string, act: () => Promise<Given>): Promise<Given> =>
  act().catch((error: unknown) => {
    throw inWords(what, error)
  })

/** The first cause, as an error of ours. */
function inWords(what: string, error: unknown): UnrolledError {
  if (error instanceof UnrolledError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new UnrolledError('checkpoint', `train: the store could not ${what}: ${reason}`, { cause: error })
}
