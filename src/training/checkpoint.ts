import { UnrolledError } from '../error.ts'

/**
 * Where a run keeps its files: the best model, and all it takes to go on. `directory` of `unrolled/node` and `memoryStore` make
 * such stores. Each write replaces the file as a whole or not at all.
 */
export interface CheckpointStore {
  /** Keeps a model, the best so far, as `encodeModel` writes it, in place of the one before. */
  writeModel(bytes: Uint8Array): Promise<void>
  /** Keeps all it takes to go on, in place of what was kept before. */
  writeResume(bytes: Uint8Array): Promise<void>
  /** The last resume file, if there is one. */
  readResume(): Promise<Uint8Array | undefined>
  /** Whether there is a model; a store that cannot say is taken to have none but that of the run it holds. */
  hasModel?(): Promise<boolean>
  /**
   * Takes the store for one run, and gives what gives it back.
   * @throws UnrolledError `checkpoint` where another run has it.
   */
  lock?(): Promise<() => Promise<void>>
}

/** A store in memory, for pages and tests. */
export function memoryStore(): CheckpointStore & { readonly model?: Uint8Array; readonly resume?: Uint8Array } {
  const files: { model?: Uint8Array; resume?: Uint8Array } = {}
  let locked = false
  return {
    get model() {
      return files.model!
    },
    get resume() {
      return files.resume!
    },
    async writeModel(bytes) {
      files.model = bytes
    },
    async writeResume(bytes) {
      files.resume = bytes
    },
    readResume: async () => files.resume,
    hasModel: async () => files.model !== undefined,
    async lock() {
      if (locked) {
        throw new UnrolledError(
          'checkpoint',
          'another run is being kept in this store; give each run a store of its own',
        )
      }
      locked = true
      return async () => {
        locked = false
      }
    },
  }
}

/** Whether something can be asked to keep a run. */
export const isStore = (store: unknown): store is CheckpointStore =>
  typeof store === 'object' &&
  store !== null &&
  (['writeModel', 'writeResume', 'readResume'] as const).every(
    (name) => typeof (store as Partial<CheckpointStore>)[name] === 'function',
  )
