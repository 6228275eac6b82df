/** What is kept of the programs that a process has ever run: not all of them. */

import { expect, test } from 'vitest'
import type { Instruction } from '../../src/backends/backend.ts'
import type { CrewThread, StartThread } from '../../src/backends/wasm/crew.ts'
import { Modules } from '../../src/backends/wasm/modules.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { startDistant, startThread } from './threads.ts'
import { number, place, runOn, span } from './wasm-harness.ts'

/** x · factor, for 4 columns. */
const times = (factor: number): Instruction => ({
  kind: 'rows',
  ...span(1, 1),
  columns: 4,
  inputs: [place(0)],
  operations: [
    { op: 'constant', value: factor },
    { op: 'mul', a: 0, b: 1 },
  ],
  outputs: [{ value: 2, place: place(0), pad: 0 }],
})

test('what is used stays, and of the rest the last 64', async () => {
  const forgotten: string[] = []
  const modules = new Modules<string>((made) => forgotten.push(made))
  const use = (key: string) => modules.use(key, async () => key)
  const held = use('held')
  for (let i = 0; i < 64; i++) use(`${i}`).release()
  await Promise.resolve()
  expect(forgotten).toEqual([])
  // Used again, the first is no longer the oldest.
  use('0').release()
  for (const key of ['64', '65']) use(key).release()
  await Promise.resolve()
  expect(forgotten).toEqual(['1', '2'])
  const other = modules.use('held', async () => 'made anew')
  expect([await held.made, await other.made]).toEqual(['held', 'held'])
  held.release()
  for (let i = 100; i < 200; i++) use(`${i}`).release()
  await Promise.resolve()
  expect(forgotten).not.toContain('held')
  other.release()
  for (let i = 200; i < 300; i++) use(`${i}`).release()
  await Promise.resolve()
  expect(forgotten).toContain('held')
})

test('one that could not be made is no burden', async () => {
  const modules = new Modules<string>(() => {
    throw new Error('it was never there')
  })
  for (let i = 0; i < 100; i++) {
    const { made, release } = modules.use(`${i}`, () => Promise.reject(new Error('no')))
    await expect(made).rejects.toThrow('no')
    release()
  }
})

/** Counts what threads are told to forget. */
function counting(start: StartThread, isForget: (message: unknown) => boolean) {
  let forgets = 0
  const counted: StartThread = (listener) => {
    const thread: CrewThread = start(listener)
    return {
      ...thread,
      hold: (held) => thread.hold(held),
      send: (message, ...rest) => {
        if (isForget(message)) forgets++
        thread.send(message, ...rest)
      },
    }
  }
  return { start: counted, forgets: () => forgets }
}

const crew = counting(startThread, (message) => 'forget' in (message as object))
const distant = counting(startDistant, (message) => (message as { act: string }).act === 'forget')

test.each([
  { name: 'a crew', options: { crew: { threads: 2, start: crew.start }, small: 0 }, forgets: crew.forgets, each: 2 },
  { name: 'a worker', options: { distant: distant.start }, forgets: distant.forgets, each: 1 },
])('$name gives up programs that nobody runs, and runs them again', async ({ options, forgets, each }) => {
  const backend = await createWasmBackend({ kernels: 'wasm', ...options })
  const data = Float32Array.of(1, 2, 3, 4)
  const program = (factor: number) => ({
    name: 'held',
    regions: [{ name: 'all', size: number(4) }],
    packs: 0,
    prepare: [],
    body: [times(factor)],
    finish: [],
  })
  const held = await backend.compile(program(0.5))
  for (let i = 1; i <= 80; i++) expect(await runOn(backend, data, [times(i)])).toEqual(data.map((x) => x * i))
  expect(forgets()).toBe(each * (80 - 64))
  const memory = backend.allocate(4)
  backend.write(memory, 0, data)
  held.bind([memory])
  held.prepare({})
  held.run({}, {})
  const result = new Float32Array(4)
  await backend.read(memory, 0, result)
  expect(result).toEqual(data.map((x) => x / 2))
  expect(await runOn(backend, data, [times(1)])).toEqual(data)
})

test('a program has as many different constants as it likes', async () => {
  const backend = await createWasmBackend({ kernels: 'wasm' })
  const many = 5_000
  const operations = Array.from({ length: many }, (_, i) => [
    { op: 'constant' as const, value: (i + 1) / 8192 },
    { op: 'add' as const, a: 2 * i, b: 2 * i + 1 },
  ]).flat()
  const sum: Instruction = {
    kind: 'rows',
    ...span(1, 1),
    columns: 4,
    inputs: [place(0)],
    operations,
    outputs: [{ value: 2 * many, place: place(0), pad: 0 }],
  }
  const result = await runOn(backend, Float32Array.of(0, 1, 2, 3), [sum])
  // All partial sums are whole 8192nds below 2¹¹: exact.
  expect([...result]).toEqual([0, 1, 2, 3].map((x) => x + (many * (many + 1)) / 2 / 8192))
})
