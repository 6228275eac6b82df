import { expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { add, input, matmul, parameter } from '../../src/graph/index.ts'
import { Runner } from '../../src/runtime/index.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'

const shape = { rows: [2], columns: 2 }
const matrix = (...values: number[]): Tensor => tensor(values, [2, 2])

/** Counts what a backend is asked to prepare and to write. */
function counting(): { backend: Backend; counted: { prepared: number; written: number } } {
  const backend = createReferenceBackend()
  const counted = { prepared: 0, written: 0 }
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
        return Object.assign(executable, {
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

test('the same sizes are the same object, and no memory is there after all is given back', async () => {
  const backend = createReferenceBackend()
  const kept = new Set<unknown>()
  const { runner, run } = await summing({
    ...backend,
    allocate(floats) {
      const memory = backend.allocate(floats)
      kept.add(memory)
      return memory
    },
    free(memory) {
      kept.delete(memory)
      backend.free(memory)
    },
  })
  expect(runner.extents(3, 4)).toBe(runner.extents(3, 4))
  expect(runner.extents(3, 4)).not.toBe(runner.extents(4, 3))
  runner.upload({ W: matrix(1, 0, 0, 1) })
  runner.states.slot(4)
  await run(1, 0, 0)
  await run(2, 0, 0, 0, 0)
  expect(kept.size).toBeGreaterThan(0)
  runner.dispose()
  expect(kept.size).toBe(0)
})
