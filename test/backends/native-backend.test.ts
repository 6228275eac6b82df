import { describe, expect, test } from 'vitest'
import type { Program } from '../../src/backends/backend.ts'
import { findAddon } from '../../src/backends/native/addon.ts'
import { createNativeBackend } from '../../src/backends/native/native-backend.ts'
import { UnrolledError } from '../../src/error.ts'
import { turnAfterNow } from '../event-loop.ts'
import { firstDifference } from './compare.ts'
import { sameBitsSuite } from './same-bits-suite.ts'
import { backendSuite } from './suite.ts'
import { trained } from './trained.ts'

const found = findAddon()

// Without the library there is nothing to test: the wasm backend serves there, and is tested as it is.
if ('missing' in found) test.skip(`native: ${found.missing}`)
else describe('native', () => nativeSuite(found.addon.kernels()))

function nativeSuite(kernels: readonly string[]): void {
  for (const name of kernels) backendSuite(`native ${name}`, createNativeBackend({ kernels: name, threads: 1 }))
  const alone = createNativeBackend({ threads: 1 })
  // However little there is to do, all threads share it; two give the bits of three, as is held below.
  sameBitsSuite('native, 3 threads', createNativeBackend({ threads: 3, small: 0 }), alone)
  sameBitsSuite('native, little work in front of many threads', createNativeBackend({ threads: 9 }), alone, 'kinds')

  test.each([1, 7, 50])('1, 2 and 3 threads give the same bits: batch %i', async (batch) => {
    const [alone, ...others] = await Promise.all(
      [1, 2, 3].map((threads) => trained(createNativeBackend({ threads, small: 0 }), batch)),
    )
    for (const other of others) expect(firstDifference(other, alone!)).toBe(-1)
  })

  /** A program that takes a while: `value`, over and over, in a million floats. */
  const filling = (value: number): Program => ({
    name: 'fill',
    regions: [{ name: 'data', size: [{ factor: 1 << 20, axes: [] }] }],
    packs: 0,
    prepare: [],
    body: [
      { kind: 'loop', axis: 'time', reverse: false },
      {
        kind: 'fill',
        outer: [{ factor: 1, axes: [] }],
        rows: [{ factor: 1024, axes: [] }],
        value,
        columns: 1024,
        dest: { region: 0, offset: [], stride: [], pitch: [{ factor: 1024, axes: [] }], broadcast: false },
      },
      { kind: 'end' },
    ],
    finish: [],
  })

  test('the event loop has its turns while a window is computed', async () => {
    const backend = createNativeBackend({ threads: 2, small: 0 })
    const memory = backend.allocate(1 << 20)
    const executable = await backend.compile(filling(1))
    executable.bind([memory])
    executable.run({ time: 300 }, {})
    const turn = turnAfterNow()
    const value = new Float32Array(1)
    await backend.read(memory, 0, value)
    expect(turn.taken).toBe(true)
    expect(value[0]).toBe(1)
  })

  test('what is written while work goes on arrives behind it, what is read comes after both and before what follows', async () => {
    const backend = createNativeBackend({ threads: 2, small: 0 })
    const memory = backend.allocate(1 << 20)
    const [sevens, nines] = await Promise.all([backend.compile(filling(7)), backend.compile(filling(9))])
    sevens.bind([memory])
    nines.bind([memory])
    for (let round = 0; round < 20; round++) {
      sevens.run({ time: 20 }, {})
      backend.write(memory, 5, new Float32Array([round, 1]))
      const values = new Float32Array(4)
      const read = backend.read(memory, 4, values)
      const none = backend.read(memory, 4, new Float32Array(0))
      nines.run({ time: 20 }, {})
      await Promise.all([read, none])
      expect([...values]).toEqual([7, round, 1, 7])
    }
    sevens.dispose()
    nines.dispose()
  })

  test('memory that is freed and programs that are disposed of last until the work on them is done', async () => {
    const backend = createNativeBackend({ threads: 2, small: 0 })
    for (let round = 0; round < 20; round++) {
      const [memory, other] = [backend.allocate(1 << 20), backend.allocate(1 << 20)]
      const executable = await backend.compile(filling(round))
      executable.bind([memory])
      executable.run({ time: 20 }, {})
      const values = new Float32Array(1)
      const read = backend.read(memory, (1 << 20) - 1, values)
      backend.free(memory)
      if (round % 2 === 0) executable.bind([other])
      executable.dispose()
      await read
      expect(values[0]).toBe(round)
    }
  })

  test('what no memory can hold is refused, in every part', async () => {
    const backend = createNativeBackend({ threads: 1 })
    expect(() => backend.allocate(2 ** 31)).toThrow(UnrolledError)
    const grown = (...axes: string[]): Program => ({
      ...filling(1),
      regions: [{ name: 'data', size: [{ factor: 1 << 20, axes }] }],
    })
    const executable = await backend.compile(grown('time', 'batch', 'batch', 'batch'))
    executable.bind([backend.allocate(1 << 20)])
    // In 64 bits that would be nothing at all.
    expect(() => executable.run({ time: 2 ** 30, batch: 2 ** 30 }, {})).toThrow(UnrolledError)
    expect(() => executable.run({ time: 2 ** 32 + 1, batch: 1 }, {})).toThrow(UnrolledError)
    const small = await backend.compile({ ...grown(), prepare: filling(1).body.slice(1, 2) })
    small.bind([backend.allocate(100)])
    expect(() => small.prepare({})).toThrow(UnrolledError)
    const wide = await backend.compile({
      ...filling(1),
      regions: [{ name: 'data', size: [{ factor: 2 ** 32 + 1, axes: [] }] }],
    })
    wide.bind([backend.allocate(1 << 20)])
    expect(() => wide.run({ time: 1 }, {})).toThrow(UnrolledError)
    expect(() => createNativeBackend({ threads: 0 })).toThrow(UnrolledError)
  })
}
