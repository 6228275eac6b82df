import { UnrolledError } from '../error.ts'

const files = 'files'

export const read = (key: string, file: string): Promise<Uint8Array | undefined> =>
  transact<Uint8Array | undefined>(key, 'readonly', (store) => store.get(file))

export const write = async (key: string, file: string, bytes: Uint8Array): Promise<void> => {
  await transact(key, 'readwrite', (store) => store.put(bytes, file))
}

/** One request in a transaction of its own: done when the transaction is, or not at all. */
async function transact<Value>(
  key: string,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest,
): Promise<Value> {
  const database = await open(key)
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(files, mode)
      const request = ask(transaction.objectStore(files))
      transaction.oncomplete = () => resolve(request.result as Value)
      transaction.onabort = () => reject(failed(key, transaction.error))
    })
  } finally {
    database.close()
  }
}

function open(key: string): Promise<IDBDatabase> {
  const { indexedDB } = globalThis as { indexedDB?: IDBFactory }
  if (!indexedDB) {
    throw new UnrolledError(
      'checkpoint',
      'there is no IndexedDB here: indexedDBStore is for pages; in Node use directory(path), elsewhere memoryStore()',
    )
  }
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(key, 1)
    request.onupgradeneeded = () => void request.result.createObjectStore(files)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(failed(key, request.error))
  })
}

const failed = (key: string, error: DOMException | null): UnrolledError =>
  new UnrolledError(
    'checkpoint',
    `the database ${key} of this page cannot be used: ${error?.message ?? 'no reason given'}`,
  )

/** Held until it is given back, or the page is closed. */
export function lock(key: string, name: string): Promise<() => Promise<void>> {
  const { locks } = (globalThis as { navigator?: { locks?: LockManager } }).navigator ?? {}
  if (!locks) return Promise.resolve(async () => undefined)
  return new Promise((resolve, reject) => {
    let release = (): void => undefined
    const held = new Promise<void>((give) => (release = give))
    const ended = locks.request(key, { ifAvailable: true }, (lock) => {
      if (!lock) {
        throw new UnrolledError(
          'checkpoint',
          `another run, perhaps in another tab, is being kept in indexedDBStore('${name}'); give each run a name of its own`,
        )
      }
      resolve(async () => {
        release()
        await ended
      })
      return held
    })
    ended.catch(reject)
  })
}
