import { afterAll, expect, test, vi } from 'vitest'
import { indexedDBStore, readStoredModel } from '../../src/training/indexed-db-store.ts'
import { caught } from './caught.ts'

afterAll(() => vi.unstubAllGlobals())

test('where there is no IndexedDB, as in Node, the error names the stores there are', async () => {
  vi.stubGlobal('indexedDB', undefined)
  const store = indexedDBStore('run')
  const ways = [
    () => store.readResume(),
    () => store.writeModel(new Uint8Array(1)),
    () => store.writeResume(new Uint8Array(1)),
    () => store.hasModel!(),
    () => readStoredModel('run'),
  ]
  for (const way of ways) {
    const { code, message } = await caught(way)
    expect(code).toBe('checkpoint')
    expect(message).toMatch(/no IndexedDB here.*directory\(path\).*memoryStore\(\)/)
  }
})
