import { expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { add, input, matmul, neg, parameter } from '../../src/graph/index.ts'
import { Runner } from '../../src/runtime/index.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { refusal } from '../formats/safetensors-file.ts'
import { keeping } from './kept.ts'

const shape = { rows: [2], columns: 2 }
const matrix = (...values: number[]): Tensor => tensor(values, [2, 2])

/** Counts what a backend is asked to prepare, to write and to bind. */
function counting(): { backend: Backend; counted: { prepared: number; written: number; bound: number } } {
  const backend = createReferenceBackend()
  const counted = { prepared: 0, written: 0, bound: 0 }
  return {
    counted,
    backend: {
      ...backend,
      write(...given) {
        counted.written++
        backend.write(...given)
      },
      async compile(program, options) {
        const executable = await backend.compile(program, options)
        const prepare = executable.prepare.bind(executable)
        const bind = executable.bind.bind(executable)
        return Object.assign(executable, {
          bind(regions: Parameters<typeof bind>[0]) {
            counted.bound++
            bind(regions)
          },
          prepare(extents: Parameters<typeof prepare>[0]) {
            counted.prepared++
            prepare(extents)
          },
        })
      },
    },
  }
}

/** `y = W x + s`, and `s` becomes `y`. */
async function summing(backend: Backend) {
  const runner = new Runner(backend, {
    declared: [{ name: 'W', shape }],
    states: [{ name: 's', columns: 2, initial: 3 }],
  })
  const W = parameter('W', shape)
  const x = input('x', { rows: ['batch'], columns: 2 })
  const unread = input('unread', { rows: ['batch'], columns: 2 })
  const initial = input('state.s', { rows: ['batch'], columns: 2 })
  const y = add(matmul(W, x), initial)
  const states = [{ name: 's', initial, final: y }]
  const task = await runner.load((of) =>
    of.forwardComputation('sum', { parameters: [W], states, outputs: { y }, sums: {} }),
  )
  const run = async (batch: number, ...rows: number[]): Promise<number[]> => {
    const extents = runner.extents(1, batch)
    task.fit(extents)
    runner.putRows(x, rows)
    runner.putRows(unread, rows)
    task.run(extents, {})
    return [...(await runner.rows('y', [batch, 2])).data]
  }
  return { runner, task, run }
}

test('what depends on parameters is worked out once, and again when they or their memory are others', async () => {
  const { backend, counted } = counting()
  const { runner, task, run } = await summing(backend)
  task.fit(runner.extents(1, 1))
  const first = { W: matrix(1, 0, 0, 1) }
  runner.use(first)
  runner.states.begin(1)
  expect(await run(1, 1, 2)).toEqual([4, 5])
  expect(await run(1, 1, 2)).toEqual([5, 7])
  expect(counted.prepared).toBe(1)
  const { written } = counted
  runner.use(first)
  expect(counted.written).toBe(written)
  runner.use({ W: matrix(2, 0, 0, 2) })
  expect(await run(1, 1, 2)).toEqual([7, 11])
  expect(counted.prepared).toBe(2)
  // Numbers that were changed in place.
  first.W.data.set([0, 1, 1, 0])
  runner.upload(first)
  expect(await run(1, 1, 2)).toEqual([9, 12])
  runner.changed()
  runner.use(first)
  expect(await run(1, 0, 0)).toEqual([9, 12])
  task.fit(runner.extents(1, 3))
  runner.states.begin(3)
  expect(await run(3, 0, 1, 0, 2, 0, 3)).toEqual([4, 3, 5, 3, 6, 3])
  runner.dispose()
})

test('states that are kept come back, beside others, with as many sequences as they had', async () => {
  const { runner, task, run } = await summing(createReferenceBackend())
  task.fit(runner.extents(1, 2))
  runner.upload({ W: matrix(1, 0, 0, 1) })
  const { states } = runner
  states.begin(2, { s: tensor([1, 2, 3, 4], [2, 2]) })
  const two = states.slot(2)
  states.keep(two)
  states.begin(1)
  await run(1, 10, 20)
  const one = states.slot(1)
  states.keep(one)
  states.bring(two)
  expect(await run(2, 0, 0, 0, 0)).toEqual([1, 2, 3, 4])
  states.bring(one)
  expect(await run(1, 0, 0)).toEqual([13, 23])
  expect(await states.final(1)).toEqual({ s: tensor(Float64Array.of(13, 23), [1, 2]) })
  const [values] = await states.read(two)
  expect([...values!]).toEqual([1, 2, ...Array<number>(14).fill(0), 3, 4, ...Array<number>(14).fill(0)])
  expect(states.sizes(two)).toEqual([{ name: 's', floats: 32 }])
  states.write(one, [values!.slice(16)])
  states.bring(one)
  expect(await run(1, 0, 0)).toEqual([3, 4])
  states.free(one)
  runner.dispose()
})

test('each state has its part of a slot, and of adjoints there are slots too', async () => {
  const runner = new Runner(createReferenceBackend(), {
    declared: [],
    states: [
      { name: 'unread', columns: 1, initial: 5 },
      { name: 'a', columns: 17, initial: 1 },
      { name: 'b', columns: 2, initial: 2 },
    ],
  })
  const of = (name: string, columns: number) => {
    const initial = input(`state.${name}`, { rows: ['batch'], columns })
    return { name, initial, final: add(initial, initial) }
  }
  const states = [of('a', 17), of('b', 2)]
  const task = await runner.load((building) =>
    building.windowComputation('window', { parameters: [], states, outputs: {}, sums: {} }, {}),
  )
  const extents = runner.extents(1, 2)
  task.fit(extents)
  const b = (...values: number[]) => ({ b: matrix(...values) })
  runner.states.begin(2, b(1, 2, 3, 4))
  runner.states.beginAdjoints(2, b(10, 20, 30, 40))
  task.run(extents, {})
  const final = async () =>
    (await Promise.all(['a', 'b'].map((name) => runner.rows(`state.${name}`, [2, name === 'a' ? 17 : 2])))).map(
      ({ data }) => [...data],
    )
  const adjoints = async () => [...(await runner.rows('adjoint.b', [2, 2])).data]
  const ones = (value: number) => Array<number>(34).fill(value)
  expect(await final()).toEqual([ones(2), [2, 4, 6, 8]])
  expect(await adjoints()).toEqual([20, 40, 60, 80])
  const slot = runner.states.slot(2)
  expect(runner.states.sizes(slot)).toEqual([
    { name: 'unread', floats: 2 },
    { name: 'a', floats: 64 },
    { name: 'b', floats: 32 },
  ])
  runner.states.keep(slot)
  const values = await runner.states.read(slot)
  expect(values.map(({ length }) => length)).toEqual([2, 64, 32])
  expect([...values[2]!.filter((value) => value !== 0)]).toEqual([2, 4, 6, 8])
  // What was kept may be taken for states or for adjoints.
  runner.states.begin(2)
  runner.states.beginAdjoints(2)
  runner.states.bringAdjoints(slot)
  task.run(extents, {})
  expect(await final()).toEqual([ones(2), [4, 4, 4, 4]])
  expect(await adjoints()).toEqual([4, 8, 12, 16])
  runner.states.write(slot, [...values.slice(0, 2), values[2]!.map((value) => -value)])
  runner.states.bring(slot)
  expect(await final()).toEqual([ones(2), [-2, -4, -6, -8]])
  runner.dispose()
})

test('programs are bound to memory once, and again where it is exchanged for any of them', async () => {
  const { backend, counted } = counting()
  const { runner, task, run } = await summing(backend)
  runner.upload({ W: matrix(1, 0, 0, 1) })
  task.fit(runner.extents(1, 2))
  runner.states.begin(2)
  await run(2, 1, 2, 3, 4)
  expect(counted.bound).toBe(1)
  // What has its memory needs no other.
  await run(1, 1, 2)
  expect(counted.bound).toBe(1)
  // Another program that is larger takes the same memory along.
  const x = input('x', { rows: ['batch'], columns: 2 })
  const twice = await runner.load((of) =>
    of.forwardComputation('twice', { parameters: [], states: [], outputs: { z: add(x, x) }, sums: {} }),
  )
  twice.fit(runner.extents(1, 5))
  expect(counted.bound).toBe(3)
  runner.states.begin(2)
  expect(await run(2, 1, 2, 3, 4)).toEqual([4, 5, 6, 7])
  runner.putRows(x, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  twice.run(runner.extents(1, 5), {})
  expect([...(await runner.rows('z', [5, 2])).data]).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
  // One that writes no input of its own sees to its memory when it runs.
  const negative = await runner.load((of) =>
    of.forwardComputation('negative', { parameters: [], states: [], outputs: { minus: neg(x) }, sums: {} }),
  )
  negative.run(runner.extents(1, 2), {})
  expect([...(await runner.rows('minus', [2, 2])).data]).toEqual([-1, -2, -3, -4])
  runner.dispose()
})

test('parameters are read as they are on the device, at once where it can', async () => {
  const { runner } = await summing(createReferenceBackend())
  const W = matrix(1, 2, 3, 4)
  runner.upload({ W })
  expect([...(await runner.flat())].filter((value) => value !== 0)).toEqual([1, 2, 3, 4])
  expect(runner.parametersNow!()['W']).toEqual({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) })
  const { readSync: _, ...later } = createReferenceBackend()
  const waiting = await summing(later)
  expect(waiting.runner.parametersNow).toBeUndefined()
  waiting.runner.upload({ W })
  expect([...(await waiting.runner.flat())].filter((value) => value !== 0)).toEqual([1, 2, 3, 4])
})

test.each([true, false])('an output is read from any float on, at once where the backend can: %s', async (can) => {
  const { readSync, ...backend } = createReferenceBackend()
  const { runner, run, task } = await summing(can ? { ...backend, readSync: readSync! } : backend)
  task.fit(runner.extents(1, 2))
  runner.upload({ W: matrix(1, 0, 0, 1) })
  runner.states.begin(2)
  await run(2, 1, 2, 3, 4)
  const into = runner.numbers(2)
  const wait = runner.readSoon('y', 16, into)
  expect(wait === undefined).toBe(can)
  await wait
  expect([...into]).toEqual([6, 7])
})

test('what no memory can hold is refused before any is taken', async () => {
  const { backend, kept } = keeping()
  const { runner, task } = await summing(backend)
  const before = kept.size
  expect(refusal(() => task.fit(runner.extents(1, 2 ** 27)), 'out-of-memory')).toMatch(
    /would take 2147483648 floats at time 1, batch 134217728; at most 2147483647 are possible/,
  )
  expect(kept.size).toBe(before)
  task.fit(runner.extents(1, 1))
})

test('of a backend that measures nothing no times are given, and what was compiled is given back', async () => {
  const { backend, kept } = keeping()
  const runner = new Runner(backend, { declared: [], states: [] }, { profile: true })
  const x = input('x', { rows: ['batch'], columns: 2 })
  await expect(
    runner.load((of) => of.forwardComputation('same', { parameters: [], states: [], outputs: { x }, sums: {} })),
  ).rejects.toMatchObject({ code: 'option', message: expect.stringContaining('the backend reference measures no') })
  expect(kept.size).toBe(0)
  expect(runner.kernels()).toEqual([])
})

test('the same sizes are the same object, and no memory is there after all is given back', async () => {
  const { backend, kept } = keeping()
  const { runner, run } = await summing(backend)
  const all: [number, number, number?][] = [
    [3, 4],
    [4, 3],
    [3, 5],
    [5, 4],
    [3, 4, 1],
    [3, 4, 2],
  ]
  const found = all.map((sizes) => runner.extents(...sizes))
  expect(new Set(found).size).toBe(all.length)
  for (const [i, sizes] of all.entries()) {
    expect(runner.extents(...sizes)).toBe(found[i])
    expect(runner.extents(...sizes)).toBe(found[i])
  }
  expect(found[0]).toEqual({ time: 3, batch: 4 })
  expect(Object.keys(found[0]!)).not.toContain('source')
  expect(found[5]).toEqual({ time: 3, batch: 4, source: 2 })
  runner.upload({ W: matrix(1, 0, 0, 1) })
  runner.states.slot(4)
  await run(1, 0, 0)
  await run(2, 0, 0, 0, 0)
  expect(runner.floats).toBeGreaterThan(0)
  expect(kept.size).toBeGreaterThan(0)
  runner.dispose()
  expect([kept.size, runner.floats]).toEqual([0, 0])
  runner.dispose()
})
