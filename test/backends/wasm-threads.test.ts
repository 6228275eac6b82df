import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { firstDifference } from './compare.ts'
import { backendSuite } from './suite.ts'
import { startThread } from './threads.ts'
import { trained } from './trained.ts'

/** However little there is to do, all threads share it. */
const shared = (threads: number): Promise<Backend> =>
  createWasmBackend({ kernels: 'wasm', crew: { threads, start: startThread }, small: 0 })

for (const threads of [2, 3]) backendSuite(`wasm, ${threads} threads`, await shared(threads))

describe('threads of wasm', () => {
  test.each([1, 7, 50])('1, 2 and 3 threads give the same bits: batch %i', async (batch) => {
    const alone = await trained(await createWasmBackend({ kernels: 'wasm' }), batch)
    for (const threads of [1, 2, 3])
      expect(firstDifference(await trained(await shared(threads), batch), alone)).toBe(-1)
  })
})
