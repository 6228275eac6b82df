/** Order, memory and death among the threads of the wasm backend. */

import { expect, test } from 'vitest'
import type { Backend, Instruction, Program, RowsInstruction } from '../../src/backends/backend.ts'
import type { StartThread } from '../../src/backends/wasm/crew.ts'
import { Block } from '../../src/backends/wasm/memory.ts'
import { createWasmBackend } from '../../src/backends/wasm/wasm-backend.ts'
import { startThread } from './threads.ts'
import { number, place, span } from './wasm-harness.ts'

const size = 1 << 16

const programOf = (name: string, ...body: Instruction[]): Program => ({
  name,
  regions: [{ name: 'all', size: number(size) }],
  packs: 0,
  prepare: [],
  body,
  finish: [],
})

const doubling = (outer: number, rows: number): RowsInstruction => ({
  kind: 'rows',
  ...span(outer, rows),
  columns: 16,
  inputs: [place(0, 16 * rows, 16)],
  operations: [{ op: 'add', a: 0, b: 0 }],
  outputs: [{ value: 1, place: place(0, 16 * rows, 16), pad: 0 }],
})

const double = programOf('double', doubling(64, 64))

/** Nobody waits for its end. */
const endless = programOf(
  'endless',
  { kind: 'loop', axis: 'time', reverse: false },
  { ...doubling(1, 4096), inputs: [place(0, 0, 16)], outputs: [{ value: 1, place: place(0, 0, 16), pad: 0 }] },
  { kind: 'end' },
)

const far = 2 ** 28
/** Its second row is a gibibyte behind the first. */
const broken: Program = {
  ...programOf('broken', {
    ...doubling(1, 2),
    inputs: [place(0, 0, far)],
    outputs: [{ value: 1, place: place(0, 0, far), pad: 0 }],
  }),
  regions: [{ name: 'all', size: number(far + 16) }],
}
/** A block that says of itself to be larger than the memory: what lies outside cannot be read, and the kernel ends in an error. */
const boasting = (memory: unknown): Block => new Block(far + 16, (memory as Block).address, 0)

const threaded = (start: StartThread, threads = 2): Promise<Backend> =>
  createWasmBackend({ crew: { threads, start }, small: 0 })

/** A program and all the memory that it works on. */
async function bound(backend: Backend, program: Program) {
  const memory = backend.allocate(size)
  const executable = await backend.compile(program)
  executable.bind([memory])
  return { memory, executable }
}

/** Threads that never do anything, and how they are told to have died. */
function idlers(): { start: StartThread; die: (why: string) => void } {
  let dies: (why: string) => void = () => undefined
  return {
    start: ({ heard, died }) => {
      dies = died
      return { send: () => heard('ready'), hold: () => undefined, end: () => undefined }
    },
    die: (why) => dies(why),
  }
}

const first = async (backend: Backend, memory: Parameters<Backend['read']>[0], at = 0): Promise<number> => {
  const into = new Float32Array(1)
  await backend.read(memory, at, into)
  return into[0]!
}

test('what is written while threads work arrives behind it, and what is read comes after both and before what follows', async () => {
  const backend = await threaded(startThread)
  const { memory, executable } = await bound(backend, double)
  for (let round = 0; round < 50; round++) {
    backend.write(memory, 0, new Float32Array([1, 3, round]))
    executable.run({}, {})
    backend.write(memory, 1, new Float32Array([5]))
    executable.run({}, {})
    const into = new Float32Array(3)
    const read = backend.read(memory, 0, into)
    executable.run({}, {})
    backend.write(memory, 0, new Float32Array([7, 7, 7]))
    await read
    expect([...into]).toEqual([4, 10, 4 * round])
  }
})

test('more runs than the line has room for are all done, in turn', async () => {
  const backend = await threaded(startThread)
  const { memory, executable } = await bound(backend, double)
  backend.write(memory, 7, new Float32Array([2 ** -100]))
  for (let run = 0; run < 200; run++) executable.run({}, {})
  expect(await first(backend, memory, 7)).toBe(2 ** 100)
  const now = new Float32Array(1)
  executable.run({}, {})
  backend.readSync!(memory, 7, now)
  expect(now[0]).toBe(2 ** 101)
})

test('small work behind large is done by one thread, in turn', async () => {
  const backend = await createWasmBackend({ crew: { threads: 2, start: startThread }, small: 1000 })
  const memory = backend.allocate(size)
  const large = await backend.compile(double)
  const small = await backend.compile(
    programOf('small', {
      kind: 'rows',
      ...span(1, 1),
      columns: 1,
      inputs: [place(0)],
      operations: [
        { op: 'constant', value: 1 },
        { op: 'add', a: 0, b: 1 },
      ],
      outputs: [{ value: 2, place: place(0), pad: 0 }],
    }),
  )
  for (const executable of [large, small]) executable.bind([memory])
  for (let round = 0; round < 20; round++) {
    small.run({}, {})
    large.run({}, {})
  }
  expect(await first(backend, memory)).toBe(2 ** 21 - 2)
})

test('a run returns before it is done, and the event loop goes on', async () => {
  const { start } = idlers()
  const backend = await threaded(start)
  const { memory, executable } = await bound(backend, double)
  executable.run({}, {})
  const turn = new Promise<string>((resolve) => setTimeout(() => resolve('a turn')))
  const read = first(backend, memory).then(() => 'read')
  expect(await Promise.race([read, turn])).toBe('a turn')
})

test('memory that is freed while work is in line is nobody else’s before it is done', async () => {
  const { start } = idlers()
  const backend = await threaded(start)
  const { memory, executable } = await bound(backend, double)
  executable.run({}, {})
  backend.free(memory)
  const other = backend.allocate(size)
  expect((other as Block).address).not.toBe((memory as Block).address)
  expect(() => backend.free(memory)).toThrow(expect.objectContaining({ code: 'already-freed' }))
})

test('whoever waits for a thread that dies is told, and so is whoever comes later', async () => {
  const { start, die } = idlers()
  const backend = await threaded(start)
  const { memory, executable } = await bound(backend, double)
  executable.run({}, {})
  const read = first(backend, memory)
  expect(backend.broken).toBe(false)
  die('struck by lightning')
  const expected = expect.objectContaining({ code: 'thread-died', message: expect.stringContaining('lightning') })
  await expect(read).rejects.toEqual(expected)
  expect(backend.broken).toBe(true)
  expect(() => executable.run({}, {})).toThrow(expected)
  await expect(first(backend, memory)).rejects.toEqual(expected)
  // What it has can still be given back, so that whoever cleans up behind it meets no second error.
  executable.dispose()
  backend.free(memory)
})

test('threads that do not start are an error', async () => {
  const start: StartThread = ({ died }) => {
    void Promise.resolve().then(() => died('no room'))
    return { send: () => undefined, hold: () => undefined, end: () => undefined }
  }
  await expect(threaded(start)).rejects.toMatchObject({
    code: 'thread-died',
    message: expect.stringContaining('no room'),
  })
})

test('an error in one thread ends the work of all, without a deadlock', async () => {
  const backend = await threaded(startThread)
  const { memory, executable } = await bound(backend, double)
  const breaking = await backend.compile(broken)
  // The first thread's row is in order, the second’s is not: the first waits for it.
  breaking.bind([boasting(memory)])
  breaking.run({}, {})
  await expect(first(backend, memory)).rejects.toMatchObject({ code: 'thread-died' })
  expect(() => executable.run({}, {})).toThrow(expect.objectContaining({ code: 'thread-died' }))
  // Whoever waits without letting anything else happen is told as well.
  const other = await threaded(startThread)
  const again = await other.compile(broken)
  const its = other.allocate(size)
  again.bind([boasting(its)])
  again.run({}, {})
  expect(() => other.readSync!(its, 0, new Float32Array(1))).toThrow(expect.objectContaining({ code: 'thread-died' }))
})

// A page is not told when its worker is ended from outside.
test.skipIf(typeof document !== 'undefined')('a thread that is ended while it works is an error', async () => {
  const ends: (() => void)[] = []
  const backend = await threaded((listener) => {
    const thread = startThread(listener)
    ends.push(thread.end)
    return thread
  })
  const { memory, executable } = await bound(backend, endless)
  executable.run({ time: 1_000_000 }, {})
  const read = first(backend, memory)
  ends[1]!()
  await expect(read).rejects.toMatchObject({ code: 'thread-died' })
})
