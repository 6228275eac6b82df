import type { CheckpointStore } from './checkpoint.ts'

// A page's database is opened, and what opens it fetched, when a run first keeps something there.
const database = () => import('./page-database.ts')

/**
 * A store in a page's own database, which lasts from visit to visit. Two pages that train into the same name at once are kept
 * apart where the browser has locks between pages.
 *
 * @throws UnrolledError `checkpoint` where there is no database, as in Node, or where it is full.
 */
export function indexedDBStore(name: string): CheckpointStore {
  const key = `unrolled/${name}`
  return {
    writeModel: async (bytes) => (await database()).write(key, 'model', bytes),
    writeResume: async (bytes) => (await database()).write(key, 'resume', bytes),
    readResume: async () => (await database()).read(key, 'resume'),
    hasModel: async () => (await (await database()).read(key, 'model')) !== undefined,
    lock: async () => (await database()).lock(key, name),
  }
}

/** The best model of a run that was kept in the page's database, if there is one: for `decodeModel`. */
export const readStoredModel = async (name: string): Promise<Uint8Array | undefined> =>
  (await database()).read(`unrolled/${name}`, 'model')
