import { describe, expect, test } from 'vitest'
import { rnnRelu } from '../../src/cells/index.ts'
import { sequenceBatches, sequences, type TrainingBatch, type TrainingData } from '../../src/data/index.ts'
import { chain, last, linear, recurrent } from '../../src/layers/index.ts'
import { meanSquaredError, network, setParameters, type Loss } from '../../src/models/index.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import type { Bptt } from '../../src/training/bptt.ts'
import { Course, updatesInPass } from '../../src/training/course.ts'
import type { Settings } from '../../src/training/options.ts'
import { sgd } from '../../src/training/optimizers/index.ts'
import { train } from '../../src/training/train.ts'

/** Which steps of a sequence count. */
type Counted = 'every step' | 'last step'

const model = (on: Counted = 'every step', loss: Loss = meanSquaredError()) =>
  network(
    on === 'every step'
      ? linear({ input: 1, output: 1 })
      : chain({ last: last({ size: 1 }), head: linear({ output: 1 }) }),
    { loss },
  )

/** Each target is the number of its step, from 0 on. */
const series = (lengths: readonly number[], batch: number, on: Counted = 'every step'): TrainingData =>
  sequenceBatches(
    sequences(
      lengths.map((length) => ({
        x: Array.from({ length }, () => [0]),
        target: on === 'every step' ? Array.from({ length }, (_, t) => [t]) : [0],
      })),
    ),
    { batch },
  )

/** A Bptt that only walks: it says which windows were run and which were passed over. */
function walker(every: number): { bptt: Bptt; windows: string[] } {
  const windows: string[] = []
  let batch: TrainingBatch
  let at = 0
  const bptt = {
    get batch() {
      return batch
    },
    get position() {
      return at
    },
    get start() {
      return at
    },
    get nextEnd() {
      return Math.min(at + every, batch.steps)
    },
    async begin(next: TrainingBatch) {
      batch = next
      at = 0
    },
    restore(_: number, end: number) {
      at = end
    },
    skip(origin: number) {
      windows.push(`skip ${origin}+${at}`)
      at = this.nextEnd
    },
    async next(origin: number) {
      windows.push(`run ${origin}+${at}`)
      at = this.nextEnd
    },
  }
  return { bptt: bptt as unknown as Bptt, windows }
}

const settings = (every: number, accumulate = 1) => ({ every, accumulate, segment: 8 }) as Settings

describe('the way through the data', () => {
  test('is window after window, batch after batch, pass after pass', async () => {
    const { bptt, windows } = walker(2)
    const course = new Course(series([5, 5, 3], 1), bptt, model(), settings(2))
    await course.open()
    const epochs: number[] = []
    const begun: boolean[] = []
    for (let i = 0; i < 8; i++) {
      epochs.push(course.epoch)
      await course.window(0.5)
      begun.push(await course.settle())
    }
    const { longest, batches } = series([5, 5, 3], 1)
    expect([longest, batches]).toEqual([5, 3])
    expect(begun).toEqual([false, false, false, false, false, false, false, true])
    expect(course.place).toEqual({ pass: 1, index: 0, origin: 13, start: 0, end: 0 })
    expect(course.epoch).toBe(1)
    expect(windows.filter((window) => window.startsWith('skip'))).toEqual([])
    expect(epochs[0]).toBe(0)
    expect(epochs[1]).toBeCloseTo(2 / 5 / 3, 12)
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b))
  })

  test('passes over windows in which nothing counts, and leaves out those behind the last that does', async () => {
    const loss: Loss = { ...meanSquaredError(), weight: (targets, at) => (targets[at] === 4 ? 2 : 0) }
    const { bptt, windows } = walker(2)
    const course = new Course(series([9, 9], 1), bptt, model('every step', loss), settings(2))
    await course.open()
    expect(course.ahead(1)).toEqual({ windows: 1, positions: 2, weight: 2 })
    expect(course.ahead(5)).toEqual({ windows: 2, positions: 4, weight: 4 })
    await course.window(1)
    expect(await course.settle()).toBe(false)
    expect(course.place).toMatchObject({ pass: 0, index: 1, origin: 9 })
    expect(course.ahead(5)).toEqual({ windows: 1, positions: 2, weight: 2 })
    await course.window(1)
    expect(await course.settle()).toBe(true)
    expect(windows).toEqual(['skip 0+0', 'skip 0+2', 'run 0+4', 'skip 9+0', 'skip 9+2', 'run 9+4'])
  })

  test('nothing that counts in a whole pass is an error', async () => {
    const loss: Loss = { ...meanSquaredError(), weight: () => 0 }
    const course = new Course(series([3, 3], 1), walker(2).bptt, model('every step', loss), settings(2))
    await expect(course.open()).rejects.toThrow('nothing in the data counts')
  })

  test('what lies ahead is counted from where it stands, as far as the pass goes', async () => {
    const { bptt } = walker(2)
    const course = new Course(series([5, 3], 2), bptt, model(), settings(2))
    await course.open()
    expect(course.ahead(1)).toEqual({ windows: 1, positions: 4, weight: 4 })
    expect(course.ahead(2)).toEqual({ windows: 2, positions: 7, weight: 7 })
    expect(course.ahead(9)).toEqual({ windows: 3, positions: 8, weight: 8 })
    await course.window(1)
    expect(course.ahead(9)).toEqual({ windows: 2, positions: 4, weight: 4 })
  })

  test('goes on at a stored place, which must be one of this data', async () => {
    const data = series([5, 5], 1)
    const at = async (index: number, start: number, end: number) => {
      const course = new Course(data, walker(2).bptt, model(), settings(2))
      await course.open({ pass: 3, index, origin: 35, start, end })
      return course.place
    }
    expect(await at(1, 2, 2)).toMatchObject({ pass: 3, index: 1, origin: 35, end: 2 })
    // At a batch's end the next begins.
    expect(await at(0, 5, 5)).toMatchObject({ pass: 3, index: 1, origin: 40, end: 0 })
    await expect(at(2, 0, 0)).rejects.toThrow('it stands at batch 2 of 2')
    await expect(at(0, 0, 6)).rejects.toThrow('it stands at step 6 of 5')
    await expect(at(0, 4, 2)).rejects.toThrow('does not fit')
  })
})

test('updates in a pass: windows that count, in groups', () => {
  const count = (data: TrainingData, on: Counted, every: number, accumulate = 1): number =>
    updatesInPass(data, model(on), settings(every, accumulate))
  expect([1, 2, 3, 4, 5, 6].map((every) => count(series([5, 5, 3], 1), 'every step', every))).toEqual([
    13, 8, 5, 5, 3, 3,
  ])
  expect(count(series([5, 5, 3], 1), 'every step', 2, 3)).toBe(3)
  expect(count(series([5, 5, 3], 1), 'every step', 2, 4)).toBe(2)
  expect(count(series([5, 3], 2, 'last step'), 'last step', 1)).toBe(2)
  expect(count(series([5, 3], 2, 'last step'), 'last step', 2)).toBe(2)
  expect(count(series([5, 5], 2, 'last step'), 'last step', 2)).toBe(1)
})

test('updates in a pass: windows and batches of no weight make none', () => {
  const loss: Loss = { ...meanSquaredError(), weight: (targets, at) => (targets[at] === 4 ? 2 : 0) }
  const count = (data: TrainingData, every: number): number =>
    updatesInPass(data, model('every step', loss), settings(every))
  expect(count(series([9, 9], 1), 2)).toBe(2)
  expect(count(series([9, 3], 1), 9)).toBe(1)
})

test('a sequence stands still past its end, also in later windows: what would overflow there is not computed', async () => {
  const rnn = recurrent({ cell: rnnRelu, input: 1, hidden: 1 })
  const exploding = network(chain({ rnn }), { loss: meanSquaredError() })
  // h' = 1e4 h + x: after an impulse 1, 1e4, 1e8; its square would not be a float32 from step 5 on.
  const weights = ({ shape }: Tensor): Tensor => tensor(shape.length === 2 ? [1e4, 1] : [0], shape)
  setParameters(
    exploding,
    Object.fromEntries(Object.entries(exploding.parameters).map(([name, old]) => [name, weights(old)])),
  )
  const x = (length: number, first: number) => Array.from({ length }, (_, t) => [t === 0 ? first : 0])
  const data = sequences([
    { x: x(3, 1), target: x(3, 1) },
    { x: x(12, 0), target: x(12, 0) },
  ])
  const losses: number[] = []
  const options = { batch: 2, unroll: 4, epochs: 1, clip: false as const, optimizer: sgd({ lr: 0 }), backend: 'wasm' }
  for await (const event of train(exploding, data, options)) if (event.event === 'step') losses.push(event.loss)
  expect(Math.abs((losses[0]! * 7) / (1e8 + 1e16) - 1)).toBeLessThan(1e-6)
  expect(losses.slice(1)).toEqual([0, 0])
})
