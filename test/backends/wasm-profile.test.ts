/** Times of instructions on the wasm backend: which is which and how often it ran; how long it took is nobody's promise. */

import { describe, expect, test } from 'vitest'
import type { Backend, Instruction, Program } from '../../src/backends/backend.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { startThread } from './threads.ts'
import { noise, number, place, span } from './wasm-harness.ts'

const shared = (threads: number, small: number): Promise<Backend> =>
  createWasmBackend({ crew: { threads, start: startThread }, small })

const backends: readonly (readonly [string, Backend])[] = [
  ['one thread', await createWasmBackend()],
  ['two threads', await shared(2, 0)],
  ['three threads', await shared(3, 0)],
  ['two threads, and all work is small', await shared(2, Infinity)],
]

/** Memory by floats: a long row that is cut into slices, a matrix, steps of 5 rows of 16, and their sums. */
const [long, matrix, steps, sums] = [0, 5000, 6000, 9000]
const size = 10_000

const doubled = (at: number, columns: number, rows = 1, stride = 0): Instruction => ({
  kind: 'rows',
  ...span(1, rows),
  columns,
  inputs: [place(at, stride, columns)],
  operations: [{ op: 'add', a: 0, b: 0 }],
  outputs: [{ value: 1, place: place(at, stride, columns), pad: 0 }],
})

const block = { source: place(matrix, 0, 16), atK: 0, atN: 0, k: 16, n: 8, transposed: false }

const program: Program = {
  name: 'several',
  regions: [{ name: 'all', size: number(size) }],
  packs: 1,
  prepare: [
    { kind: 'fill', ...span(1, 1), value: 0.5, columns: 4100, dest: place(long) },
    { kind: 'pack', pack: 0, k: 16, n: 16, blocks: [block, { ...block, source: place(matrix + 128, 0, 16), atN: 8 }] },
  ],
  body: [
    doubled(long, 4100),
    { kind: 'loop', axis: 'time', reverse: false },
    doubled(steps, 16, 5, 80),
    {
      kind: 'gemm',
      ...span(1, 5),
      a: place(steps, 80, 16),
      k: 16,
      pack: 0,
      n: 16,
      dest: place(steps, 80, 16),
      start: 'zero',
    },
    doubled(steps, 16, 5, 80),
    { kind: 'end' },
    { kind: 'sum-rows', ...span(7, 5), source: place(steps, 80, 16), dest: place(sums), columns: 16, chunk: 7 },
    { kind: 'loop', axis: 'none', reverse: true },
    doubled(sums, 16),
    { kind: 'end' },
  ],
  finish: [{ kind: 'sum-squares', source: place(long), columns: 4100, dest: place(sums + 100) }],
}

const calls = (times: readonly { readonly calls: number }[]): number[] => times.map((it) => it.calls)

describe.each(backends)('%s', (_, backend) => {
  const runs = async (options: { profile?: boolean; weights?: 'int8' }) => {
    const executable = await backend.compile(program, options)
    const memory = backend.allocate(size)
    backend.write(memory, 0, noise(size))
    executable.bind([memory])
    executable.prepare({})
    // The frames are written anew for other extents; times go on.
    for (const time of [7, 7, 3]) executable.run({ time, none: 0 }, {})
    executable.finish({}, {})
    const times = executable.times?.()
    const result = new Float32Array(size)
    await backend.read(memory, 0, result)
    backend.free(memory)
    return { executable, times, result }
  }

  test.each([{}, { weights: 'int8' } as const])('times are by instruction, one call a run: %o', async (options) => {
    const { executable, times } = await runs({ ...options, profile: true })
    expect(calls(times!.prepare)).toEqual([1, 1])
    expect(calls(times!.body)).toEqual([3, 0, 17, 17, 17, 0, 3, 0, 0, 0])
    expect(calls(times!.finish)).toEqual([1])
    for (const { calls, milliseconds } of [...times!.prepare, ...times!.body, ...times!.finish]) {
      expect(Number.isFinite(milliseconds)).toBe(true)
      if (calls === 0) expect(milliseconds).toBe(0)
    }
    executable.dispose()
    expect(() => executable.times!()).toThrow(expect.objectContaining({ code: 'disposed' }))
  })

  test('measuring changes no bit of the results', async () => {
    const [plain, profiled] = [await runs({}), await runs({ profile: true })]
    expect(plain.times).toBeUndefined()
    expect(profiled.result).toEqual(plain.result)
    for (const { executable } of [plain, profiled]) executable.dispose()
  })

  test('what is measured is given back', async () => {
    const address = async (): Promise<unknown> => {
      const memory = backend.allocate(100)
      backend.free(memory)
      return (memory as unknown as { address: number }).address
    }
    ;(await runs({ profile: true })).executable.dispose()
    const before = await address()
    for (let i = 0; i < 3; i++) (await runs({ profile: true })).executable.dispose()
    expect(await address()).toBe(before)
  })

  test('the peak is a number of operations', () => {
    expect(backend.peak!()).toBeGreaterThan(0)
  })
})
