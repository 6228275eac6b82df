// Forward and backward over windows, in numbers small enough to be worked out by hand.
import { describe, expect, test } from 'vitest'
import { createReferenceBackend } from '../../src/backends/reference/reference-backend.ts'
import { add, constant, input, mul, parameter, scan, sumColumns, sumRows } from '../../src/graph/index.ts'
import { Runner, tapRegion, type Backward } from '../../src/runtime/index.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { refusal } from '../formats/safetensors-file.ts'

const columns = 2
const vector = { rows: [], columns }
const rows = { rows: ['batch'], columns }

/** h ← w ⊙ h + x at each step, and h + v comes out; the loss is its sum. `free` and `aside` have no part in it. */
function recurrence() {
  const [w, v, free] = ['w', 'v', 'free'].map((name) => parameter(name, vector)) as [never, never, never]
  const x = input('x', { rows: ['time', 'batch'], columns })
  const aside = input('aside', { rows: ['batch'], columns })
  const initial = input('state.h', rows)
  const { outputs, final } = scan({
    initial: [initial],
    steps: [x],
    step: ([h], [x]) => {
      const next = add(mul(w, h!), x!)
      return { next: [next], outputs: [add(next, v)] }
    },
  })
  const y = outputs[0]!
  const loss = sumRows(sumColumns(y))
  return {
    x,
    aside,
    declared: ['w', 'v', 'free'].map((name) => ({ name, shape: vector })),
    graph: {
      parameters: [w, v, free],
      states: [{ name: 'h', initial, final: final[0]! }],
      outputs: { y },
      sums: { loss },
    },
  }
}

const both = (value: number): number[] => [value, 10 * value]
const values = { w: tensor([2, 3]), v: tensor([100, 200]), free: tensor([5, 5]) }

async function loaded(backward: Backward) {
  const { x, declared, graph } = recurrence()
  const runner = new Runner(createReferenceBackend(), {
    declared,
    states: [{ name: 'h', columns, initial: 1 }],
  })
  const task = await runner.load((of) => of.windowComputation('window', graph, backward))
  const extents = runner.extents(2, 1)
  task.fit(extents)
  runner.upload(values)
  runner.clearGradients()
  runner.clearSum('loss')
  runner.states.begin(1)
  runner.states.beginAdjoints(1)
  const run = (): void => {
    runner.putRows(x, [...both(1), ...both(2)])
    task.run(extents, {})
    task.finish(extents, {})
  }
  const loss = async (): Promise<number> => {
    const sum = new Float64Array(1)
    await runner.read('loss', 0, sum)
    return sum[0]!
  }
  const gradient = async (name: string): Promise<number[]> => [...(await runner.gradients())[name]!.data]
  return { runner, run, loss, gradient }
}

const list = ({ data }: Tensor): number[] => [...data]
const { aside } = recurrence()

describe('a window', () => {
  test('adds to sums and gradients, and leaves its states for the next', async () => {
    const { runner, run, loss, gradient } = await loaded({ loss: 'loss' })
    run()
    // Of the first column: 2·1 + 1 = 3, 2·3 + 2 = 8. Of the second: 3·1 + 10 = 13, 3·13 + 20 = 59.
    expect(await runner.rows('y', [2, 1, columns])).toEqual(tensor(Float64Array.of(103, 213, 108, 259), [2, 1, 2]))
    expect(list((await runner.states.final(1))['h']!)).toEqual([8, 59])
    expect(await loss()).toBe(103 + 213 + 108 + 259)
    // Adjoints of h: 1 after the last step, 1 + w before; w's gradient is their sum, each times the h before.
    expect(await gradient('w')).toEqual([3 * 1 + 3, 4 * 1 + 13])
    expect(await gradient('v')).toEqual([2, 2])
    expect(await gradient('free')).toEqual([0, 0])
    expect(list((await runner.states.initialAdjoints(1))['h']!)).toEqual([2 * 3, 3 * 4])
    runner.states.beginAdjoints(1)
    run()
    expect(list((await runner.states.final(1))['h']!)).toEqual([2 * 17 + 2, 3 * 187 + 20])
    expect(await gradient('w')).toEqual([6 + 3 * 8 + 17, 17 + 4 * 59 + 187])
    expect(await gradient('v')).toEqual([4, 4])
    const before = await loss()
    runner.clearSum('loss')
    runner.clearGradients()
    expect(before).toBeGreaterThan(683)
    expect([await loss(), ...(await gradient('w'))]).toEqual([0, 0, 0])
  })

  test('takes adjoints of what comes out and of states behind the last step, beside those of the loss', async () => {
    const { runner, run, gradient } = await loaded({ loss: 'loss', outputs: ['y'] })
    runner.putAdjoint('y', [10, 20, 30, 40], columns)
    runner.states.beginAdjoints(1, { h: tensor([[1000, 2000]]) })
    run()
    expect(await gradient('v')).toEqual([1 + 10 + 1 + 30, 1 + 20 + 1 + 40])
    const last = [1031, 2041]
    const first = [11 + 2 * 1031, 21 + 3 * 2041]
    expect(await gradient('w')).toEqual([first[0]! + 3 * last[0]!, first[1]! + 13 * last[1]!])
    expect(list((await runner.states.initialAdjoints(1))['h']!)).toEqual([2 * first[0]!, 3 * first[1]!])
  })

  test('gives the adjoints of inputs that are wanted, where any flow', async () => {
    const { graph, declared, x } = recurrence()
    const runner = new Runner(createReferenceBackend(), { declared, states: [{ name: 'h', columns, initial: 1 }] })
    const task = await runner.load((of) =>
      of.windowComputation('window', graph, { loss: 'loss', inputs: { given: x, aside } }),
    )
    const extents = runner.extents(2, 1)
    task.fit(extents)
    runner.upload(values)
    runner.states.begin(1)
    runner.states.beginAdjoints(1)
    runner.putRows(x, [1, 1, 1, 1])
    task.run(extents, {})
    expect(list((await runner.adjoint('given', [2, 1, columns]))!)).toEqual([3, 4, 1, 1])
    expect(runner.adjoint('aside', [1, columns])).toBeUndefined()
    expect(runner.adjoint('x', [2, 1, columns])).toBeUndefined()
  })

  test('leaves out what is frozen', async () => {
    const { run, gradient } = await loaded({ loss: 'loss', frozen: new Set(['w']) })
    run()
    expect(await gradient('w')).toEqual([0, 0])
    expect(await gradient('v')).toEqual([2, 2])
  })

  test('tells the adjoints of a state at every step in two parts: by what comes out, and by the steps after it', async () => {
    const { runner, run } = await loaded({ loss: 'loss', taps: ['h'] })
    runner.states.beginAdjoints(1, { h: tensor([[7, 7]]) })
    run()
    expect(list(await runner.rows(tapRegion('h.own'), [2, 1, columns]))).toEqual([1, 1, 1, 1])
    expect(list(await runner.rows(tapRegion('h.next'), [2, 1, columns]))).toEqual([2 * 8, 3 * 8, 7, 7])
  })
})

describe('a state that is no recurrence', () => {
  const initial = input('state.s', rows)
  const x = input('x', rows)
  const y = add(initial, x)
  const graph = {
    parameters: [],
    states: [{ name: 's', initial, final: y }],
    outputs: { y, twice: mul(constant(2), y) },
    sums: {},
  }
  const lasting = { declared: [], states: [{ name: 's', columns, initial: 0 }] }

  test('gets the adjoints of all that it is: its own, and those of what comes out', async () => {
    const runner = new Runner(createReferenceBackend(), lasting)
    const task = await runner.load((of) =>
      of.windowComputation('window', graph, { outputs: ['y', 'twice'], inputs: { x } }),
    )
    const extents = runner.extents(1, 1)
    task.fit(extents)
    runner.upload({})
    runner.states.begin(1)
    runner.putAdjoint('y', [10, 20], columns)
    runner.putAdjoint('twice', [100, 200], columns)
    runner.states.beginAdjoints(1, { s: tensor([[1, 2]]) })
    runner.putRows(x, [3, 4])
    task.run(extents, {})
    expect(list((await runner.adjoint('x', [1, columns]))!)).toEqual([211, 422])
    expect(list(await runner.rows('twice', [1, columns]))).toEqual([6, 8])
    expect(await runner.gradients()).toEqual({})
  })

  test('has no two parts', async () => {
    const { windowComputation } = await import('../../src/runtime/graphs.ts')
    expect(refusal(() => windowComputation('window', graph, { outputs: ['y'], taps: ['s'] }), 'option')).toContain(
      'the adjoint of the state s is not that of a recurrence',
    )
  })
})
