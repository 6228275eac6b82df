/** Memory, and what can be done wrongly with it. */

import { describe, expect, test } from 'vitest'
import type { Backend, Program } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { UnrolledError } from '../../src/error.ts'
import { batch, Draft, fixed } from './draft.ts'

const empty: Program = { name: 'empty', regions: [], packs: 0, prepare: [], body: [], finish: [] }

/** Expects an `UnrolledError` from what is done. */
async function refused(done: () => unknown): Promise<void> {
  let error: unknown
  try {
    await done()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(UnrolledError)
}

export function memorySuite(name: string, backend: Backend): void {
  describe(`${name}: memory`, () => {
    test('begins as zeros, also where other memory was before', async () => {
      for (let round = 0; round < 3; round++) {
        const memory = backend.allocate(1000)
        const values = new Float32Array(1000).fill(7)
        await backend.read(memory, 0, values)
        expect(values.every((value) => value === 0)).toBe(true)
        backend.write(memory, 0, values.fill(3))
        backend.free(memory)
      }
    })

    test('takes and gives floats of either width, at any place', async () => {
      const memory = backend.allocate(7)
      backend.write(memory, 2, Float32Array.of(1.5, -2))
      backend.write(memory, 5, Float64Array.of(0.25))
      const narrow = new Float32Array(7)
      const wide = new Float64Array(4)
      await backend.read(memory, 0, narrow)
      await backend.read(memory, 3, wide)
      expect([...narrow]).toEqual([0, 0, 1.5, -2, 0, 0.25, 0])
      expect([...wide]).toEqual([-2, 0, 0.25, 0])
      if (backend.readSync) {
        backend.readSync(memory, 2, wide)
        expect([...wide]).toEqual([1.5, -2, 0, 0.25])
      }
      backend.free(memory)
    })

    test('refuses what lies outside, is freed, or is another backend’s', async () => {
      const memory = backend.allocate(4)
      await refused(() => backend.write(memory, 1, new Float32Array(4)))
      await refused(() => backend.write(memory, -1, new Float32Array(1)))
      await refused(() => backend.read(memory, 4, new Float32Array(1)))
      await refused(() => backend.allocate(-1))
      const foreign = (
        backend.name === 'reference' ? { floats: 4 } : createReferenceBackend().allocate(4)
      ) as typeof memory
      await refused(() => backend.write(foreign, 0, new Float32Array(1)))
      backend.free(memory)
      await refused(() => backend.write(memory, 0, new Float32Array(1)))
    })
  })

  test(`${name}: more floats than any memory has are refused`, () => {
    for (const floats of [2 ** 40, 2 ** 50]) {
      expect(() => backend.allocate(floats)).toThrow(expect.objectContaining({ code: 'out-of-memory' }))
    }
    for (const floats of [2 ** 60, NaN, 0.5, -1]) {
      expect(() => backend.allocate(floats)).toThrow(expect.objectContaining({ code: 'bad-size' }))
    }
  })

  describe(`${name}: programs`, () => {
    test('run only on what they have been bound to', async () => {
      const draft = new Draft()
      const array = draft.array({ columns: 4, steps: 'same' })
      draft.body.push({ kind: 'fill', outer: fixed(1), rows: batch, value: 1, columns: 4, dest: array.place })
      const executable = await backend.compile(draft.program())
      const extents = { time: 1, batch: 2 }
      const scalars = { seed: 1, step: 0, sequence: 0 }
      await refused(() => executable.run(extents, scalars))
      await refused(() => executable.bind([]))
      const small = backend.allocate(7)
      const enough = backend.allocate(9)
      executable.bind([small])
      await refused(() => executable.run(extents, scalars))
      executable.bind([enough])
      await refused(() => executable.run({ time: 1 }, scalars))
      await refused(() => executable.run({ time: 1, batch: 1.5 }, scalars))
      executable.run(extents, scalars)
      const values = new Float32Array(9)
      await backend.read(enough, 0, values)
      expect([...values]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0])
      executable.bind([small])
      executable.run({ time: 1, batch: 1 }, scalars)
      await backend.read(small, 0, values.subarray(0, 7))
      expect([...values.subarray(0, 7)]).toEqual([1, 1, 1, 1, 0, 0, 0])
      executable.dispose()
      await refused(() => executable.run(extents, scalars))
      backend.free(small)
      backend.free(enough)
    })

    test('may be empty', async () => {
      const executable = await backend.compile(empty)
      executable.bind([])
      executable.prepare({})
      executable.run({}, {})
      executable.finish({}, {})
      executable.dispose()
    })

    test('of one structure keep their packed matrices apart', async () => {
      const compiled = await Promise.all(
        [2, 3].map(async (value) => {
          const draft = new Draft()
          const weight = draft.array({ columns: 1, rows: 1, steps: 'same', value: () => value })
          const a = draft.array({ columns: 1, rows: 1, steps: 'same' })
          const dest = draft.array({ columns: 1, rows: 1, steps: 'same' })
          const block = { source: weight.place, atK: 0, atN: 0, k: 1, n: 1, transposed: false }
          draft.packs = 1
          draft.prepare.push({ kind: 'pack', pack: 0, k: 1, n: 1, blocks: [block] })
          const span = { outer: fixed(1), rows: fixed(1) }
          draft.body.push({ kind: 'gemm', ...span, a: a.place, k: 1, pack: 0, n: 1, dest: dest.place, start: 'zero' })
          const executable = await backend.compile(draft.program())
          const memories = [value, 10, 0].map((begin) => {
            const memory = backend.allocate(1)
            backend.write(memory, 0, Float32Array.of(begin))
            return memory
          })
          executable.bind(memories)
          executable.prepare({})
          return { executable, result: memories[2]! }
        }),
      )
      const results: number[] = []
      for (const { executable, result } of compiled) {
        executable.run({}, {})
        const into = new Float32Array(1)
        await backend.read(result, 0, into)
        results.push(into[0]!)
      }
      expect(results).toEqual([20, 30])
    })
  })
}
