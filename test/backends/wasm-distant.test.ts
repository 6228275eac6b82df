/** Work on a memory that a worker has to itself, as in a page that may not share memory. */

import { describe, expect, test } from 'vitest'
import type { Program } from '../../src/backends/backend.ts'
import type { StartThread } from '../../src/backends/wasm/crew.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { turnAfterNow } from '../event-loop.ts'
import { firstDifference } from './compare.ts'
import { sameBitsSuite } from './same-bits-suite.ts'
import { startDistant } from './threads.ts'
import { trained } from './trained.ts'
import { number, place, span } from './wasm-harness.ts'

const here = await createWasmBackend({ kernels: 'wasm' })
sameBitsSuite('wasm, in a worker', await createWasmBackend({ kernels: 'wasm', distant: startDistant }), here)

/** Doubles 2²⁰ floats, 200 times. */
const long: Program = {
  name: 'long',
  regions: [{ name: 'all', size: number(1 << 20) }],
  packs: 0,
  prepare: [],
  body: [
    { kind: 'loop', axis: 'time', reverse: false },
    {
      kind: 'rows',
      ...span(1, 1 << 16),
      columns: 16,
      inputs: [place(0, 0, 16)],
      operations: [{ op: 'add', a: 0, b: 0 }],
      outputs: [{ value: 1, place: place(0, 0, 16), pad: 0 }],
    },
    { kind: 'end' },
  ],
  finish: [],
}

describe('wasm in a worker', () => {
  test.each([1, 7, 50])('gives the bits of wasm here: batch %i', async (batch) => {
    const there = await createWasmBackend({ kernels: 'wasm', distant: startDistant })
    expect(firstDifference(await trained(there, batch), await trained(here, batch))).toBe(-1)
  })

  test('the thread that asks is free while it computes, and nothing can be read at once', async () => {
    const backend = await createWasmBackend({ kernels: 'wasm', distant: startDistant })
    expect(backend.readSync).toBeUndefined()
    const memory = backend.allocate(1 << 20)
    const executable = await backend.compile(long)
    executable.bind([memory])
    executable.run({ time: 200 }, { seed: 0, step: 0, sequence: 0 })
    const turn = turnAfterNow()
    await backend.read(memory, 0, new Float32Array(1))
    expect(turn.taken).toBe(true)
  })

  test('a worker that dies is an error for all who wait and all who come, and the backend says it is broken', async () => {
    let kill: ((why: string) => void) | undefined
    const start: StartThread = (listener) => {
      kill = listener.died
      return startDistant(listener)
    }
    const backend = await createWasmBackend({ kernels: 'wasm', distant: start })
    const memory = backend.allocate(16)
    const reading = backend.read(memory, 0, new Float32Array(16))
    kill!('it was ended')
    await expect(reading).rejects.toMatchObject({
      code: 'thread-died',
      message: expect.stringContaining('it was ended'),
    })
    expect(() => backend.write(memory, 0, new Float32Array(16))).toThrow(/it was ended/)
    expect(backend.broken).toBe(true)
  })

  test('what a worker still says after it has died harms nobody', async () => {
    let listener: Parameters<StartThread>[0] | undefined
    const start: StartThread = (given) => startDistant((listener = given))
    const backend = await createWasmBackend({ kernels: 'wasm', distant: start })
    const into = new Float32Array(16)
    const reading = backend.read(backend.allocate(16), 0, into)
    listener!.died('it was ended')
    listener!.heard({ read: 0, values: new Float32Array(16).fill(1) })
    await expect(reading).rejects.toMatchObject({ code: 'thread-died' })
    expect(into).toEqual(new Float32Array(16))
  })

  test('the process stays for a worker while it is waited for, and no longer', async () => {
    const held: boolean[] = []
    const start: StartThread = (listener) => {
      const worker = startDistant(listener)
      return { ...worker, hold: (on) => (held.push(on), worker.hold(on)) }
    }
    const backend = await createWasmBackend({ kernels: 'wasm', distant: start })
    expect(held).toEqual([false])
    const memory = backend.allocate(16)
    const readings = [0, 8].map((at) => backend.read(memory, at, new Float32Array(8)))
    expect(held.at(-1)).toBe(true)
    await Promise.all(readings)
    expect(held.at(-1)).toBe(false)
  })

  test('more memory than there can be is refused', async () => {
    const backend = await createWasmBackend({ kernels: 'wasm', distant: startDistant })
    expect(() => backend.allocate(2 ** 30)).toThrow(expect.objectContaining({ code: 'out-of-memory' }))
  })
})
