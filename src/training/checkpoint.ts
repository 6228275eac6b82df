/**
 * Where a run keeps its files: the best model, and all it takes to go on. `directory` of `unrolled/node` and `memoryStore` make
 * such stores. Each write replaces the file as a whole or not at all.
 */
export interface CheckpointStore {
  writeModel(bytes: Uint8Array): Promise<void>
  writeResume(bytes: Uint8Array): Promise<void>
  /** The last resume file, if there is one. */
  readResume(): Promise<Uint8Array | undefined>
}

/** A store in memory, for pages and tests. */
export function memoryStore(): CheckpointStore & { readonly model?: Uint8Array; readonly resume?: Uint8Array } {
  const files: { model?: Uint8Array; resume?: Uint8Array } = {}
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
  }
}
