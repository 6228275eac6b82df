/** What each operation gives, in numbers by hand: rows and columns differ in number, so that none is taken for another. */

import { expect, test } from 'vitest'
import * as g from '../../src/graph/index.ts'
import { uniform } from '../../src/uniform.ts'

const context = { extents: { time: 2, source: 2, batch: 3 }, scalars: { seed: 1, step: 5, sequence: 7 } }

const rows = ['batch']
const a = g.input('a', { rows, columns: 2 })
const b = g.input('b', { rows, columns: 1 })
const s = g.input('s', { rows: ['time', 'batch'], columns: 2 })
const u = g.input('u', { rows: ['time'], columns: 1 })
const k = g.input('k', { rows: ['time', 'source', 'batch'], columns: 1 })
const v = g.parameter('v', { rows: [], columns: 2 })
const W = g.parameter('W', { rows: [3], columns: 2 })
const numbers: readonly (readonly [g.Node, readonly number[]])[] = [
  [a, [1, 2, 3, 4, 5, 6]],
  [b, [2, 0, -1]],
  [s, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  [u, [100, 200]],
  [k, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  [v, [10, 20]],
  [W, [1, 2, 3, 4, 5, 6]],
]

function valueOf(node: g.Node): number[] {
  const given = numbers.map(([of, data]): [g.Node, g.Value] => [
    of,
    { ...g.zeros(of.shape, context), data: Float64Array.from(data) },
  ])
  return [...g.evaluate([node], new Map(given), context)[0]!.data]
}

test.each<[string, g.Node, string, number[]]>([
  ['a vector added to rows', g.add(a, v), '[batch] × 2', [11, 22, 13, 24, 15, 26]],
  ['a column times rows', g.mul(b, a), '[batch] × 2', [2, 4, 0, 0, -5, -6]],
  ['rows of a batch added at each step', g.add(s, a), '[time, batch] × 2', [2, 4, 6, 8, 10, 12, 8, 10, 12, 14, 16, 18]],
  ['what is over time with what is over sequences', g.sub(u, b), '[time, batch] × 1', [98, 100, 101, 198, 200, 201]],
  [
    'rows over three axes with those over one',
    g.add(k, b),
    '[time, source, batch] × 1',
    [3, 2, 2, 6, 5, 5, 9, 8, 8, 12, 11, 11],
  ],
  ['the sum over two of three axes', g.sumRows(k, ['source']), '[source] × 1', [30, 48]],
  ['less', g.less(a, g.constant(3)), '[batch] × 2', [1, 1, 0, 0, 0, 0]],
  ['select', g.select(b, a, v), '[batch] × 2', [1, 2, 10, 20, 5, 6]],
  ['broadcast', g.broadcast(v, a.shape), '[batch] × 2', [10, 20, 10, 20, 10, 20]],
  ['a product', g.matmul(W, a), '[batch] × 3', [5, 11, 17, 11, 25, 39, 17, 39, 61]],
  [
    'a product with the transposed',
    g.matmulTransposed(g.matmul(W, a), W),
    '[batch] × 2',
    [123, 156, 281, 356, 439, 556],
  ],
  [
    'a product with a concatenation',
    g.matmul(W, g.concat([b, g.neg(b)])),
    '[batch] × 3',
    [-2, -2, -2, 0, 0, 0, 1, 1, 1],
  ],
  ['a contraction', g.contract(a, g.concat([b, a])), '[2] × 3', [-3, 35, 44, -2, 44, 56]],
  ['rows side by side', g.concat([b, v, a]), '[batch] × 5', [2, 10, 20, 1, 2, 0, 10, 20, 3, 4, -1, 10, 20, 5, 6]],
  ['some columns', g.slice(g.concat([b, v, a]), 2, 4), '[batch] × 2', [20, 1, 20, 3, 20, 5]],
  ['columns among zeros', g.pad(a, 1, 4), '[batch] × 4', [0, 1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0]],
  ['the sum of each row', g.sumColumns(a), '[batch] × 1', [3, 7, 11]],
  ['the largest of each row', g.maxColumns(g.mul(b, a)), '[batch] × 1', [4, 0, -5]],
  ['the sum over all rows', g.sumRows(a), '2', [9, 12]],
  ['the sum over time', g.sumRows(s, ['batch']), '[batch] × 2', [8, 10, 12, 14, 16, 18]],
  ['the sum over sequences', g.sumRows(s, ['time']), '[time] × 2', [9, 12, 27, 30]],
  ['the sum of squares', g.sumSquares(v), '1', [500]],
  ['rows of a table', g.gather(W, b), '[batch] × 2', [5, 6, 1, 2, NaN, NaN]],
  ['rows added to a table', g.scatterAdd(a, b, 3), '[3] × 2', [3, 4, 0, 0, 1, 2]],
  ['the position', g.position('time'), '[time] × 1', [0, 1]],
  ['the mean of each row', g.mean(a), '[batch] × 1', [1.5, 3.5, 5.5]],
])('%s', (_, node, shape, expected) => {
  expect(g.shapeText(node.shape)).toBe(shape)
  expect(valueOf(node)).toEqual(expected)
})

test('the loss of a row and its gradient, of three logits', () => {
  const logits = g.concat([b, a])
  const targets = g.input('b', { rows, columns: 1 })
  const given = new Map(
    [
      [b, [0, 0, 2]],
      [a, [0, Math.log(2), 0, 0, 1, 3]],
      [targets, [2, 0, 1]],
    ].map(([of, data]) => [
      of as g.Node,
      { ...g.zeros((of as g.Node).shape, context), data: Float64Array.from(data as number[]) },
    ]),
  )
  const weight = g.constant(1)
  const spread = g.broadcast(g.mul(weight, g.constant(4)), { rows, columns: 1 })
  const [loss, slope] = g.evaluate(
    [g.crossEntropy(logits, targets), g.crossEntropyGradient(logits, targets, spread)],
    given,
    context,
  )
  const total = Math.exp(2) + Math.exp(1) + Math.exp(3)
  ;[Math.log(2), Math.log(3), Math.log(total) - 1].forEach((wanted, i) => expect(loss!.data[i]).toBeCloseTo(wanted, 12))
  const third = 4 / 3
  const last = [Math.exp(2) / total, Math.exp(1) / total - 1, Math.exp(3) / total].map((p) => 4 * p)
  ;[1, 1, -2, third - 4, third, third, ...last].forEach((wanted, i) => expect(slope!.data[i]).toBeCloseTo(wanted, 12))
})

test('dot products, weighted sums and the largest, over rows of two axes', () => {
  const both = { source: 2, batch: 2 }
  const value = (rows: readonly string[], columns: number, ...data: number[]): [g.Node, g.Value] => {
    const node = g.input(rows.join(), { rows, columns })
    const extents = rows.map((axis) => both[axis as keyof typeof both])
    return [node, { shape: node.shape, extents, data: Float64Array.from(data) }]
  }
  const keys = value(['source', 'batch'], 2, 1, 2, 3, 4, 5, 6, 7, 8)
  const query = value(['batch'], 2, 1, -1, 2, 0.5)
  const weights = value(['source'], 1, 0.5, 2)
  const found = g
    .evaluate(
      [
        g.dot(keys[0], query[0]),
        g.weightedSum(weights[0], keys[0], ['batch']),
        g.weightedSum(weights[0], query[0]),
        g.maxRows(g.mul(keys[0], query[0]), 'source'),
        g.softmaxRows(weights[0], 'source'),
      ],
      new Map([keys, query, weights]),
      { extents: both, scalars: {} },
    )
    .map(({ data }) => [...data])
  expect(found.slice(0, 4)).toEqual([
    [-1, 8, -1, 18],
    [10.5, 13, 15.5, 18],
    [7.5, -1.25],
    [5, -2, 14, 4],
  ])
  const share = Math.exp(0.5) / (Math.exp(0.5) + Math.exp(2))
  ;[share, 1 - share].forEach((wanted, i) => expect(found[4]![i]).toBeCloseTo(wanted, 12))
})

test('what is the same is not made again', () => {
  expect(g.concat([a])).toBe(a)
  expect(g.slice(a, 0, 2)).toBe(a)
  expect(g.broadcast(a, { rows: ['batch'], columns: 2 })).toBe(a)
  expect(g.sumColumns(b)).toBe(b)
  expect(g.sumRows(a, ['batch'])).toBe(a)
  expect(g.sumRows(g.sumRows(s, ['batch'])).inputs).toEqual([s])
})

test.each<[string, () => unknown]>([
  ['slice', () => g.slice(a, -1, 1)],
  ['slice', () => g.slice(a, 1, 1)],
  ['slice', () => g.slice(a, 1, 3)],
  ['matmul', () => g.matmul(W, b)],
  ['matmul', () => g.matmul(v, a)],
  ['matmul', () => g.matmul(a, a)],
  ['concat', () => g.concat([W, g.parameter('T', { rows: [4], columns: 1 })])],
  ['add', () => g.add(a, g.input('c', { rows, columns: 3 }))],
  ['add', () => g.add(W, g.parameter('T', { rows: [4], columns: 2 }))],
  ['broadcast', () => g.broadcast(s, { rows: ['batch'], columns: 2 })],
  ['broadcast', () => g.broadcast(a, { rows: ['batch'], columns: 3 })],
  ['sumRows', () => g.sumRows(a, ['time'])],
  ['maxRows', () => g.maxRows(a, 'time')],
  ['dot', () => g.dot(a, b)],
  ['weightedSum', () => g.weightedSum(a, a, ['batch'])],
  ['weightedSum', () => g.weightedSum(b, a, ['time'])],
])('what does not fit is refused: %s', (name, make) => {
  expect(make).toThrow(
    expect.objectContaining({ code: 'shape', message: expect.stringMatching(`^${name}: `) as string }),
  )
})

test('random numbers are those of their seed, site, step, sequence and column', () => {
  // By the same formula in integers of any length.
  expect(uniform(1, 0, 0, 0, 0)).toBe(0.3033614158630371)
  expect(uniform(1, 2, 3, 4, 5)).toBe(0.8836943507194519)
  const at = (step: number, sequence: number): number[] => [0, 1].map((column) => uniform(1, 9, step, sequence, column))
  expect(valueOf(g.random(9, s.shape))).toEqual([5, 6].flatMap((step) => [7, 8, 9].flatMap((n) => at(step, n))))
  expect(valueOf(g.random(9, a.shape))).toEqual([7, 8, 9].flatMap((n) => at(5, n)))
  expect(valueOf(g.random(9, v.shape))).toEqual(at(5, 7))
})
