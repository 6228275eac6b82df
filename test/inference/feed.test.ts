// What of a batch reaches the device: rows with their pads, what each counts, and nothing of what lies past an end.
import { describe, expect, test } from 'vitest'
import {
  chain,
  crossEntropy,
  defineLayer,
  embedding,
  last,
  linear,
  meanSquaredError,
  network,
  vectors,
  type Model,
} from 'unrolled'
import type { TrainingBatch } from '../../src/data/index.ts'
import { Feed, kindOf, namedBy } from '../../src/inference/feed.ts'
import { modelGraph } from '../../src/models/index.ts'
import type { Numbers, Runner } from '../../src/runtime/index.ts'
import { refusal } from '../formats/safetensors-file.ts'

/** Two columns in, one number out, at each step or once. */
const model = (once = false): Model =>
  network(chain({ head: linear({ input: 2, output: 1 }), ...(once && { last: last() }) }), { loss: meanSquaredError() })

const steps = 4
/** A batch of two sequences, whose step t of sequence b has t + 10 b in x and 100 more in its target; past its length there is 99. */
function batchOf(more: Partial<TrainingBatch> & { readonly weights?: readonly number[] } = {}): TrainingBatch {
  const { lengths, weights } = more
  return {
    batch: 2,
    steps,
    longest: steps,
    weighted: weights !== undefined,
    ...more,
    fill(from: number, count: number, into: Record<string, Float32Array>) {
      for (let t = 0; t < count; t++) {
        for (let b = 0; b < 2; b++) {
          const row = t * 2 + b
          const there = !lengths || from + t < lengths[b]!
          const value = from + t + 10 * b
          into['x']!.set(there ? [value, value + 50] : [99, 99], row * 2)
          into['targets']![row] = there ? value + 100 : 99
          if (into['weights']) into['weights'][row] = weights![(from + t) * 2 + b]!
          if (into['starts']) into['starts'][row] = from + t === 2 && b === 1 ? 1 : 0
        }
      }
    },
  } as TrainingBatch
}

/** A feed with room for three steps of two sequences, and what it then writes, by the names of inputs. */
function feeding(of: Model = model()) {
  const feed = new Feed(of)
  feed.reserve(3, 2)
  const written = async (batch: TrainingBatch): Promise<Record<string, number[]>> => {
    const found: Record<string, number[]> = {}
    const runner = {
      put: (node: { attributes: { name: string } }, values: Numbers) => (found[node.attributes.name] = [...values]),
    } as unknown as Runner
    feed.put(runner, await modelGraph(of, { training: false, ...kindOf(batch) }))
    return found
  }
  return { feed, written }
}

const padded = (...rows: number[][]): number[] =>
  rows.flatMap((row) => [...row, ...Array<number>(16 - row.length).fill(0)])

test('rows are those of the steps asked for, with pads, and each counts one', async () => {
  const { feed, written } = feeding()
  const batch = batchOf()
  expect(feed.rows).toBe(6)
  expect(feed.take(batch, 1, 3)).toBe(6)
  expect(feed.positions).toBe(6)
  expect(await written(batch)).toEqual({
    x: padded([1, 51], [11, 61], [2, 52], [12, 62], [3, 53], [13, 63]),
    targets: [101, 111, 102, 112, 103, 113],
    weights: [1, 1, 1, 1, 1, 1],
  })
  // A shorter end of the batch leaves the rest of the room as it was.
  expect(feed.take(batch, 3, 1)).toBe(2)
  expect(feed.positions).toBe(2)
  expect([...feed.targets.subarray(0, 2)]).toEqual([103, 113])
  feed.share(0.5)
  expect([...feed.weights]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
  expect(feed.inputs.map(({ input, once }) => [input, once])).toEqual([['x', false]])
})

test('steps that were counted before count nothing, nor do their targets stand there', async () => {
  const { feed } = feeding()
  expect(feed.take(batchOf(), 0, 3, 1)).toBe(4)
  expect(feed.positions).toBe(4)
  expect([...feed.weights]).toEqual([0, 0, 1, 1, 1, 1])
  expect([...feed.targets]).toEqual([0, 0, 101, 111, 102, 112])
})

test('past its end a sequence is zero and counts nothing, and how many of its steps are left is said', async () => {
  const { feed, written } = feeding()
  const batch = batchOf({ lengths: [2, 4] as never })
  expect(feed.take(batch, 0, 3)).toBe(5)
  expect(feed.positions).toBe(5)
  expect(await written(batch)).toEqual({
    x: padded([0, 50], [10, 60], [1, 51], [11, 61], [0, 0], [12, 62]),
    targets: [100, 110, 101, 111, 0, 112],
    weights: [1, 1, 1, 1, 0, 1],
    lengths: [2, 3],
  })
  expect(feed.take(batch, 3, 1)).toBe(1)
  expect((await written(batch))['lengths']).toEqual([0, 1])
  expect([...feed.weights.subarray(0, 2)]).toEqual([0, 1])
})

test('what data says of each step counts, times what the loss says; a step that counts nothing has no target', async () => {
  const { feed } = feeding()
  expect(feed.take(batchOf({ weights: [2, 0, 0.5, 1, 0, 3, 9, 9] }), 0, 3)).toBe(6.5)
  expect(feed.positions).toBe(4)
  expect([...feed.weights]).toEqual([2, 0, 0.5, 1, 0, 3])
  expect([...feed.targets]).toEqual([100, 0, 101, 111, 0, 112])
  // Without weights again.
  expect(feed.take(batchOf(), 0, 3)).toBe(6)
  const loss = {
    ...meanSquaredError(),
    weight: (targets: ArrayLike<number>, at: number) => (targets[at]! > 110 ? 4 : 0),
  }
  const own = feeding(network(linear({ input: 2, output: 1 }), { loss })).feed
  expect(own.take(batchOf(), 0, 3)).toBe(8)
  expect([...own.weights]).toEqual([0, 0, 0, 4, 0, 4])
  expect(own.take(batchOf({ weights: [1, 1, 1, 0.5, 1, 1, 1, 1] }), 0, 3)).toBe(6)
})

describe('one answer a sequence', () => {
  test('has the target of its last step, in the window that has that', async () => {
    const { feed, written } = feeding(model(true))
    const batch = batchOf({ lengths: [2, 4] as never })
    expect(feed.take(batch, 0, 3)).toBe(1)
    expect(feed.positions).toBe(1)
    expect(await written(batch)).toMatchObject({ targets: [101, 0], weights: [1, 0], lengths: [2, 3] })
    expect(feed.take(batch, 3, 1)).toBe(1)
    expect(await written(batch)).toMatchObject({ targets: [0, 113], weights: [0, 1] })
  })

  test('of whole sequences, but for steps that were counted before', async () => {
    const { feed } = feeding(model(true))
    expect(feed.take(batchOf(), 1, 3)).toBe(2)
    expect([...feed.targets]).toEqual([103, 113])
    expect(feed.take(batchOf(), 1, 3, 4)).toBe(0)
    expect([...feed.targets]).toEqual([0, 0])
    expect(feed.take(batchOf({ weights: [1, 1, 1, 1, 1, 1, 5, 0] }), 1, 3)).toBe(5)
    expect([...feed.weights]).toEqual([5, 0])
  })
})

test('an input of which there is one row a sequence has that of its first step here', async () => {
  const layer = defineLayer({
    description: { kind: 'own' },
    inputs: { x: vectors(2, ['batch']) },
    outputs: { output: vectors(1, ['batch']) },
    declared: [{ name: 'p', shape: { rows: [], columns: 1 }, blocks: [{ columns: 1, init: 0 }] }],
    build: (context) => ({ output: context.parameter('p') }),
  })
  const { feed, written } = feeding(network(layer, { loss: meanSquaredError() }))
  feed.take(batchOf(), 1, 3)
  expect((await written(batchOf()))['x']).toEqual(padded([1, 51], [11, 61]))
  expect(feed.inputs.map(({ once }) => once)).toEqual([true])
})

test('marks of new sequences go along where data has them', async () => {
  const { feed, written } = feeding()
  const batch = batchOf({ starts: true as never })
  feed.take(batch, 1, 3)
  expect((await written(batch))['starts']).toEqual([0, 0, 0, 1, 0, 0])
  const all = batchOf({ starts: true as never, lengths: [2, 4] as never, weights: [1, 1, 1, 1, 1, 2, 1, 1] })
  expect(feed.take(all, 1, 3)).toBe(1 + 1 + 2 + 1)
  expect(await written(all)).toMatchObject({ starts: [0, 0, 0, 1, 0, 0], lengths: [1, 3], weights: [1, 1, 0, 2, 0, 1] })
})

test('numbers of symbols that there are not are refused with their place', async () => {
  const symbols = network(chain({ embed: embedding({ symbols: 3, size: 2 }), head: linear({ output: 3 }) }), {
    loss: crossEntropy(),
  })
  const batch = (x: number, target: number, lengths?: readonly number[]): TrainingBatch =>
    ({
      batch: 2,
      steps,
      longest: steps,
      ...(lengths && { lengths }),
      fill(from: number, count: number, into: Record<string, Float32Array>) {
        into['x']!.fill(0, 0, count * 2)
        into['targets']!.fill(0, 0, count * 2)
        if (from > 2 || from + count <= 2) return
        into['x']![(2 - from) * 2 + 1] = x
        into['targets']![(2 - from) * 2 + 1] = target
      },
    }) as unknown as TrainingBatch
  const { feed } = feeding(symbols)
  expect(feed.take(batch(2, 2), 1, 3)).toBe(6)
  expect(refusal(() => feed.take(batch(3, 0), 1, 3), 'data')).toBe(
    'x is 3 at step 2 of sequence 1 of the batch; it must be a whole number from 0 to 2',
  )
  expect(refusal(() => feed.take(batch(0, -1), 1, 3), 'data')).toContain('targets is -1 at step 2 of sequence 1')
  // Past its end a sequence has no symbols.
  expect(feed.take(batch(9, 9, [4, 2]), 1, 3)).toBe(4)
})

test('the same sizes take no other room', async () => {
  const { feed } = feeding()
  const { weights, targets, starts } = feed
  feed.reserve(3, 2)
  expect([feed.weights, feed.targets, feed.starts]).toEqual([weights, targets, starts])
  expect(feed.weights).toBe(weights)
  feed.reserve(2, 3)
  expect(feed.weights).not.toBe(weights)
  expect(feed.rows).toBe(6)
  feed.reserve(3, 3)
  expect([feed.rows, feed.weights.length, feed.starts.length]).toEqual([9, 9, 9])
})

test('batches that are alike are of one kind, by which programs are named', async () => {
  const names = [
    batchOf(),
    batchOf({ lengths: [1, 2] as never }),
    batchOf({ starts: true as never }),
    batchOf({ source: { steps: 2 } as never }),
    batchOf({ source: { steps: 2, lengths: [1, 2] } as never }),
  ].map((batch) => namedBy('window', kindOf(batch)))
  expect(names).toEqual([
    'window',
    'window with lengths',
    'window with starts',
    'window',
    'window with lengths of sources',
  ])
  expect(namedBy('loss', { lengths: true, starts: true, sourceLengths: false })).toBe('loss with lengths with starts')
  expect(kindOf(batchOf({ lengths: [1, 2] as never }))).toBe(kindOf(batchOf({ lengths: [3, 4] as never })))
  expect(kindOf(batchOf())).toEqual({ lengths: false, starts: false, sourceLengths: false })
})
