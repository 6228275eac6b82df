import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { firstDifference } from './compare.ts'
import { sameBitsSuite } from './same-bits-suite.ts'
import { startThread } from './threads.ts'
import { trained } from './trained.ts'

/** However little there is to do, all threads share it. */
const shared = (threads: number): Promise<Backend> =>
  createWasmBackend({ kernels: 'wasm', crew: { threads, start: startThread }, small: 0 })

const alone = await createWasmBackend({ kernels: 'wasm' })
sameBitsSuite('wasm, 3 threads', await shared(3), alone)
// Two halve what three divide; what they make of training is held below.
sameBitsSuite('wasm, 2 threads', await shared(2), alone, 'kinds')

describe('threads of wasm', () => {
  test.each([1, 7, 50])('1, 2 and 3 threads give the same bits: batch %i', async (batch) => {
    const expected = await trained(alone, batch)
    for (const threads of [1, 2, 3])
      expect(firstDifference(await trained(await shared(threads), batch), expected)).toBe(-1)
  })
})
