/** Memory, and what can be done wrongly with it. */

import { describe, expect, test } from 'vitest'
import type { Backend, Executable, Memory, Place, Program } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { UnrolledError } from '../../src/error.ts'
import { firstDifference } from './compare.ts'
import { batch, Draft, fixed } from './draft.ts'

const empty: Program = { name: 'empty', regions: [], packs: 0, prepare: [], body: [], finish: [] }

/** A program that doubles all floats of a memory, bound to one: enough for threads to be busy with. */
async function doubling(backend: Backend): Promise<{ memory: Memory; executable: Executable }> {
  const place: Place = { region: 0, offset: [], stride: [], pitch: fixed(1024), broadcast: false }
  const executable = await backend.compile({
    ...empty,
    name: 'doubling',
    regions: [{ name: 'all', size: fixed(2 ** 16) }],
    body: [
      {
        kind: 'rows',
        outer: fixed(1),
        rows: fixed(64),
        columns: 1024,
        inputs: [place],
        operations: [{ op: 'add', a: 0, b: 0 }],
        outputs: [{ value: 1, place, pad: 0 }],
      },
    ],
  })
  const memory = backend.allocate(2 ** 16)
  executable.bind([memory])
  return { memory, executable }
}

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

  describe(`${name}: copies`, () => {
    const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i)
    const contents = async (memory: Memory): Promise<number[]> => {
      const values = new Float32Array(memory.floats)
      await backend.read(memory, 0, values)
      return [...values]
    }

    test('arrive between what was asked for before and after, however much of that is in line', async () => {
      const { memory, executable } = await doubling(backend)
      const other = backend.allocate(4)
      for (let round = 1; round <= 20; round++) {
        backend.write(memory, 0, Float32Array.of(round, 1, 2, 3))
        executable.run({}, {})
        backend.copy(memory, 0, other, 1, 3)
        executable.run({}, {})
        backend.copy(memory, 0, memory, 2, 2)
        executable.run({}, {})
        const early = contents(other)
        backend.copy(memory, 0, other, 0, 4)
        backend.write(memory, 0, Float32Array.of(0, 0, 0, 0))
        const late = contents(other)
        backend.copy(memory, 0, other, 0, 4)
        expect(await early).toEqual([0, 2 * round, 2, 4])
        expect(await late).toEqual([8 * round, 8, 8 * round, 8])
        backend.write(other, 0, Float32Array.of(0))
      }
      executable.dispose()
      backend.free(memory)
      backend.free(other)
    })

    test.each([false, true])(
      'of parts that overlap bring what stood there, both ways; behind work: %s',
      async (busy) => {
        const { memory, executable } = await doubling(backend)
        const some = backend.allocate(10)
        for (const [from, to, expected] of [
          [0, 3, [0, 1, 2, 0, 1, 2, 3, 4, 5, 9]],
          [3, 0, [3, 4, 5, 6, 7, 8, 6, 7, 8, 9]],
          [2, 2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
        ] as const) {
          backend.write(some, 0, numbers(10))
          if (busy) executable.run({}, {})
          backend.copy(some, from, some, to, 6)
          expect(await contents(some)).toEqual(expected)
        }
        // As large as what many would move in pieces.
        const large = numbers(memory.floats)
        for (const [from, to] of [
          [0, 5],
          [5, 0],
        ] as const) {
          backend.write(memory, 0, large)
          if (busy) executable.run({}, {})
          backend.copy(memory, from, memory, to, memory.floats - 5)
          const expected = large.map((value) => (busy ? 2 * value : value))
          expected.copyWithin(to, from, from + memory.floats - 5)
          expect(firstDifference(Float32Array.from(await contents(memory)), expected)).toBe(-1)
        }
        executable.dispose()
        backend.free(memory)
        backend.free(some)
      },
    )

    test('are refused where either part lies outside, is freed, or is another backend’s, and then nothing is copied', async () => {
      const [one, other, freed] = [backend.allocate(4), backend.allocate(6), backend.allocate(6)]
      backend.write(one, 0, numbers(4))
      backend.copy(one, 4, other, 6, 0)
      for (const [from, to, floats] of [
        [1, 0, 4],
        [0, 3, 4],
        [-1, 0, 2],
        [0, -1, 2],
        [0.5, 0, 2],
        [0, 0.5, 2],
        [2, 2, -1],
        [0, 0, 1.5],
        [0, 0, NaN],
        [0, 0, Infinity],
      ] as const) {
        expect(() => backend.copy(one, from, other, to, floats)).toThrow(
          expect.objectContaining({ code: 'out-of-range' }),
        )
      }
      backend.free(freed)
      const foreign = (
        backend.name === 'reference' ? { floats: 6 } : createReferenceBackend().allocate(6)
      ) as typeof other
      for (const [wrong, code] of [
        [freed, 'already-freed'],
        [foreign, 'foreign-memory'],
      ] as const) {
        expect(() => backend.copy(one, 0, wrong, 0, 1)).toThrow(expect.objectContaining({ code }))
        expect(() => backend.copy(wrong, 0, one, 0, 1)).toThrow(expect.objectContaining({ code }))
      }
      expect(await contents(one)).toEqual([0, 1, 2, 3])
      expect(await contents(other)).toEqual([0, 0, 0, 0, 0, 0])
      backend.free(one)
      backend.free(other)
    })

    test('of memory that is freed right after are made in time', async () => {
      const { memory, executable } = await doubling(backend)
      const other = backend.allocate(2)
      for (let round = 1; round <= 5; round++) {
        const passing = backend.allocate(2)
        executable.run({}, {})
        backend.write(passing, 0, Float32Array.of(round, -round))
        backend.copy(passing, 0, other, 0, 2)
        backend.free(passing)
        const next = backend.allocate(2)
        backend.write(next, 0, Float32Array.of(7, 7))
        expect(await contents(other)).toEqual([round, -round])
        backend.free(next)
      }
      executable.dispose()
      backend.free(memory)
      backend.free(other)
    })
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
