import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { adam, languageModel, lstm, text, train } from '../../src/index.ts'
import { firstDifference } from './compare.ts'
import { backendSuite } from './suite.ts'
import { startThread } from './threads.ts'

/** However little there is to do, all threads share it. */
const shared = (threads: number): Promise<Backend> =>
  createWasmBackend({ kernels: 'wasm', crew: { threads, start: startThread }, small: 0 })

for (const threads of [2, 3]) backendSuite(`wasm, ${threads} threads`, await shared(threads))

describe('threads of wasm', () => {
  test.each([1, 7, 50])('1, 2 and 3 threads give the same bits: batch %i', async (batch) => {
    const trained = async (backend: Backend): Promise<number[]> => {
      const book = text('the quick brown fox jumps over the lazy dog. '.repeat(80))
      const model = languageModel(book, { cell: lstm, hidden: 48, layers: 2, dropout: 0.1, seed: 3 })
      const options = { batch, unroll: 20, steps: 6, seed: 5, optimizer: adam({ lr: 0.01 }), backend }
      await train(model, book, options).finish()
      return [...model.parameters.values()].flatMap(({ data }) => [...data])
    }
    const alone = await trained(await createWasmBackend({ kernels: 'wasm' }))
    for (const threads of [1, 2, 3]) expect(firstDifference(await trained(await shared(threads)), alone)).toBe(-1)
  })
})
