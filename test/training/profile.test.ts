import { expect, test } from 'vitest'
import { lstm, languageModel, text, train, type DoneEvent } from 'unrolled'
import type { Backend, Program } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { programCost } from '../../src/compiler/explain.ts'
import { backendFor } from '../../src/runtime/index.ts'
import { startThread } from '../backends/threads.ts'

const book = text('the quick brown fox jumps over the lazy dog, and the dog sleeps on. '.repeat(10))

/** Native only where it has been built. */
const native = await backendFor({ backend: 'native' }).catch(() => undefined)
const backends: [string, Backend][] = [
  ...(native ? [['native', native] satisfies [string, Backend]] : []),
  ['wasm', await createWasmBackend()],
  ['wasm, two threads', await createWasmBackend({ crew: { threads: 2, start: startThread }, small: 0 })],
]

const trained = (options: { steps: number; backend: string | Backend }): Promise<DoneEvent> => {
  const model = languageModel(book, { cell: lstm, hidden: 24, layers: 2, seed: 1 })
  return train(model, book, { batch: 4, unroll: 30, every: 20, validation: 0.2, profile: true, ...options }).finish()
}

test.each(backends)('a profiled run says where all of its time went: %s', async (_, backend) => {
  const { profile, peak, elapsedMs } = await trained({ steps: 40, backend })
  const times = profile!.map(({ milliseconds }) => milliseconds)
  expect(times).toEqual([...times].sort((a, b) => b - a))
  expect(times.reduce((a, b) => a + b)).toBeCloseTo(elapsedMs, 3)
  expect(peak).toBeGreaterThan(0)
  expect(new Set(profile!.map(({ program }) => program))).toEqual(
    new Set(['window', 'window, forward', 'loss', 'norm', 'update', '']),
  )
  expect(profile!.filter(({ kernel }) => kernel === 'outside of kernels')).toHaveLength(1)
  for (const { kernel, calls } of profile!) if (kernel !== 'outside of kernels') expect(calls).toBeGreaterThan(0)
  const keys = profile!.map(({ program, kernel }) => `${program} ${kernel}`)
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys).toContain('window cross entropy gradient 120 × 29')
})

test('operations and bytes are those of each run, shorter windows included', async () => {
  const programs: Program[] = []
  const reference = createReferenceBackend()
  const none = (count: number) => new Array(count).fill({ calls: 1, milliseconds: 0 })
  const backend: Backend = {
    ...reference,
    compile: async (program) => {
      programs.push(program)
      const { prepare, body, finish } = program
      const times = () => ({ prepare: none(prepare.length), body: none(body.length), finish: none(finish.length) })
      return Object.assign(await reference.compile(program), { times })
    },
  }
  // The first window has no past: 20 steps, then three of 30.
  const { profile } = await trained({ steps: 4, backend })
  const window = programs.find(({ name }) => name === 'window')!
  const [long, short] = [30, 20].map((time) => programCost(window, { time, batch: 4 }))
  const lines = profile!.filter(({ program }) => program === 'window')
  expect(lines.reduce((sum, { operations }) => sum + operations, 0)).toBe(3 * long!.operations + short!.operations)
  expect(lines.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(3 * long!.bytes + short!.bytes)
  expect(lines.map(({ kernel }) => kernel)).toContain('cross entropy gradient 120 × 29')
})

test('a backend that does not measure says so, before anything runs', async () => {
  await expect(trained({ steps: 5, backend: 'reference' })).rejects.toMatchObject({
    code: 'option',
    message: expect.stringContaining('measures no times'),
  })
})
