import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { findAddon } from '../../src/backends/native/addon.ts'
import { createNativeBackend } from '../../src/backends/native/native-backend.ts'
import { adam, languageModel, lstm, text, train } from '../../src/index.ts'
import { backendSuite } from './suite.ts'

const found = findAddon()

// Without the library there is nothing to test: the wasm backend serves there, and is tested as it is.
if ('missing' in found) test.skip(`native: ${found.missing}`)
else describe('native', () => nativeSuite(found.addon.kernels()))

function nativeSuite(kernels: readonly string[]): void {
  for (const name of kernels) backendSuite(`native ${name}`, createNativeBackend({ kernels: name, threads: 1 }))
  // However little there is to do, all threads share it.
  for (const threads of [2, 3]) backendSuite(`native, ${threads} threads`, createNativeBackend({ threads, small: 0 }))
  backendSuite('native, little work done alone in front of many threads', createNativeBackend({ threads: 9 }))

  test.each([1, 7, 50])('1, 2 and 3 threads give the same bits: batch %i', async (batch) => {
    const trained = async (backend: Backend): Promise<Float32Array[]> => {
      const book = text('the quick brown fox jumps over the lazy dog. '.repeat(80))
      const model = languageModel(book, { cell: lstm, hidden: 48, layers: 2, dropout: 0.1, seed: 3 })
      const options = { batch, unroll: 20, steps: 6, seed: 5, optimizer: adam({ lr: 0.01 }), backend }
      await train(model, book, options).finish()
      return [...model.parameters.values()].map(({ data }) => data as Float32Array)
    }
    const [alone, ...others] = await Promise.all(
      [1, 2, 3].map((threads) => trained(createNativeBackend({ threads, small: 0 }))),
    )
    for (const other of others) expect(other).toEqual(alone)
  })

  test('the event loop has its turns while a window is computed', async () => {
    const book = text('the quick brown fox jumps over the lazy dog. '.repeat(800))
    const model = languageModel(book, { cell: lstm, hidden: 256, layers: 2, seed: 1 })
    let turns = 0
    let training = true
    const turn = (): void => {
      turns++
      if (training) setTimeout(turn)
    }
    setTimeout(turn)
    await train(model, book, { batch: 32, unroll: 64, steps: 2, backend: createNativeBackend() }).finish()
    training = false
    // Each window takes far longer than a turn.
    expect(turns).toBeGreaterThan(20)
  })

  test('what is written while work goes on arrives behind it, what is read comes after both', async () => {
    const backend = createNativeBackend({ threads: 2, small: 0 })
    const memory = backend.allocate(1 << 20)
    const executable = await backend.compile({
      name: 'fill',
      regions: [{ name: 'data', size: [{ factor: 1 << 20, axes: [] }] }],
      packs: 0,
      prepare: [],
      body: [
        {
          kind: 'fill',
          outer: [{ factor: 1, axes: ['time'] }],
          rows: [{ factor: 1024, axes: [] }],
          value: 7,
          columns: 1024,
          dest: { region: 0, offset: [], stride: [], pitch: [{ factor: 1024, axes: [] }], broadcast: false },
        },
      ],
      finish: [],
    })
    executable.bind([memory])
    for (let round = 0; round < 20; round++) {
      executable.run({ time: 20 }, {})
      backend.write(memory, 5, new Float32Array([round, 1]))
      const values = new Float32Array(4)
      await backend.read(memory, 4, values)
      expect([...values]).toEqual([7, round, 1, 7])
    }
    executable.dispose()
  })
}
