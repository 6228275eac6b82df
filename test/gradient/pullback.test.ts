/** What gradients are made of: what is added, in which order, and what is never looked at. */

import { expect, test } from 'vitest'
import { pullback } from '../../src/gradient/index.ts'
import * as g from '../../src/graph/index.ts'

const rows = ['batch']
const context = { extents: { batch: 2, time: 3 }, scalars: {} }

function valueOf(node: g.Node, given: readonly (readonly [g.Node, readonly number[]])[]): number[] {
  const known = new Map(
    given.map(([of, data]): [g.Node, g.Value] => [
      of,
      { ...g.zeros(of.shape, context), data: Float64Array.from(data) },
    ]),
  )
  return [...g.evaluate([node], known, context)[0]!.data]
}

test('what flows back to a node is added from the youngest user to the oldest, in whatever order they are read', () => {
  const x = g.input('x', { rows, columns: 1 })
  const users = [g.neg(x), g.exp(x), g.sin(x)] as const
  const seed = g.input('g', x.shape)
  const [old, middle, young] = users
  for (const sum of [
    g.add(g.add(old, middle), young),
    g.add(young, g.add(middle, old)),
    g.add(middle, g.add(young, old)),
  ]) {
    const back = pullback([[sum, seed]], [x]).get(x)!
    expect(back.operation).toBe(g.addOperation)
    const [first, last] = back.inputs
    expect(last!.operation).toBe(g.neg(x).operation)
    expect(first!.inputs.map(({ inputs }) => inputs[1])).toEqual([
      expect.objectContaining({ operation: g.cos(x).operation }),
      middle,
    ])
  }
  // A seed is younger than any node.
  const seeded = pullback(
    [
      [old, seed],
      [x, seed],
    ],
    [x],
  ).get(x)!
  expect(seeded.inputs[0]).toBe(seed)
})

test('blocks that lie side by side are put together; blocks that overlap or leave a gap are added', () => {
  const x = g.input('x', { rows, columns: 4 })
  const seed = g.input('g', { rows, columns: 2 })
  const given = [[seed, [1, 2, 3, 4]]] as const
  const back = (...cuts: readonly number[]): g.Node =>
    pullback(
      cuts.map((from) => [g.slice(x, from, from + 2), seed] as const),
      [x],
    ).get(x)!
  expect(back(0, 2).operation).toBe(g.concatOperation)
  expect(back(2, 0).inputs).toEqual([seed, seed])
  expect(valueOf(back(2, 0), given)).toEqual([1, 2, 1, 2, 3, 4, 3, 4])
  expect(valueOf(back(0, 0), given)).toEqual([2, 4, 0, 0, 6, 8, 0, 0])
  expect(valueOf(back(1, 2), given)).toEqual([0, 1, 3, 2, 0, 3, 7, 4])
  expect(valueOf(back(1), given)).toEqual([0, 1, 2, 0, 0, 3, 4, 0])
  expect(valueOf(back(0), given)).toEqual([1, 2, 0, 0, 3, 4, 0, 0])
})

test('what was repeated is summed, over rows and over columns', () => {
  const x = g.input('x', { rows: ['time', 'batch'], columns: 2 })
  const seed = g.input('g', x.shape)
  const given = [[seed, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]] as const
  const back = (shape: g.Shape): number[] => {
    const small = g.parameter('small', shape)
    return valueOf(pullback([[g.add(x, small), seed]], [small]).get(small)!, given)
  }
  expect(back({ rows: [], columns: 2 })).toEqual([36, 42])
  expect(back({ rows: [], columns: 1 })).toEqual([78])
  expect(back({ rows, columns: 2 })).toEqual([15, 18, 21, 24])
  expect(back({ rows, columns: 1 })).toEqual([33, 45])
  expect(back({ rows: ['time'], columns: 1 })).toEqual([10, 26, 42])
})

test('what no gradient is asked for needs none; what is asked for and has none is refused', () => {
  const x = g.input('x', { rows: [], columns: 1 })
  const v = g.parameter('v', { rows: [], columns: 3 })
  const product = g.mul(x, g.sumSquares(v))
  const seed = g.constant(1)
  const back = pullback([[product, seed]], [x])
  expect([...back.keys()]).toEqual([x])
  expect(() => pullback([[product, seed]], [x, v])).toThrow(expect.objectContaining({ code: 'gradient' }))
  // Nothing flows to what is not read, or is read under stop.
  expect(pullback([[g.mul(x, g.stop(x)), seed]], [v]).size).toBe(0)
  expect(pullback([[g.stop(x), seed]], [x]).size).toBe(0)
  // Nothing flows through a condition.
  expect(valueOf(pullback([[g.select(g.less(x, seed), g.neg(x), seed), seed]], [x]).get(x)!, [[x, [0]]])).toEqual([-1])
})

test('the scan back: what arrives and what is saved come in one order, however they are observed', () => {
  const x = g.input('x', { rows: ['time', 'batch'], columns: 1 })
  const h0 = g.input('h0', { rows, columns: 1 })
  const { outputs } = g.scan({
    initial: [h0],
    steps: [x],
    step: ([h], [x]) => {
      const first = g.tanh(g.add(h!, x!))
      const second = g.exp(first)
      const next = g.mul(second, first)
      return { next: [next], outputs: [first, second, g.sqrt(second)] }
    },
  })
  const orderOf = (seeds: readonly g.Node[]): { own: string[]; saved: number[] } => {
    const back = pullback(
      seeds.map((node) => [node, g.input(`adjoint ${outputs.indexOf(node)}`, node.shape)] as const),
      [x],
    )
    const scan = back.get(x)!.inputs[0]! as g.ScanNode
    const { states, steps } = scan.attributes
    const sequences = scan.inputs.slice(states.length, states.length + steps.length)
    const ofSequences = sequences.filter(({ operation }) => operation === g.sequenceOperation) as g.SequenceNode[]
    return {
      own: sequences
        .filter(({ operation }) => operation === g.inputOperation)
        .map(({ attributes }) => (attributes as { name: string }).name),
      saved: ofSequences.map(({ attributes }) => attributes.of.id),
    }
  }
  const { own, saved } = orderOf(outputs)
  expect(own).toEqual(['adjoint 2', 'adjoint 1', 'adjoint 0'])
  expect(saved.length).toBeGreaterThan(1)
  expect(saved).toEqual(saved.toSorted((a, b) => a - b))
  for (const order of [
    [0, 2, 1],
    [2, 1, 0],
    [1, 0, 2],
  ]) {
    expect(orderOf(order.map((i) => outputs[i]!))).toEqual({ own, saved })
  }
})

test('what is saved comes in the order in which it is computed, however it is read', () => {
  const x = g.input('x', { rows: ['time', 'batch'], columns: 1 })
  const h0 = g.input('h0', { rows, columns: 1 })
  for (const turned of [false, true]) {
    const { final } = g.scan({
      initial: [h0],
      steps: [x],
      step: ([h], [x]) => {
        const values = [g.tanh(h!), g.sigmoid(x!), g.exp(h!)]
        const read = turned ? values.toReversed() : values
        return { next: [read.reduce((product, value) => g.mul(product, value))], outputs: [] }
      },
    })
    const back = pullback([[final[0]!, g.input('g', h0.shape)]], [x]).get(x)!.inputs[0]!
    const saved = back.inputs
      .filter(({ operation }) => operation === g.sequenceOperation)
      .map((node) => (node as g.SequenceNode).attributes.of.id)
    expect(saved.length).toBeGreaterThan(2)
    expect(saved).toEqual(saved.toSorted((a, b) => a - b))
  }
})

test('what flows at each step to an array that all steps read is one sum over the steps', () => {
  const x = g.input('x', { rows: ['time', 'batch'], columns: 2 })
  const h0 = g.input('h0', { rows, columns: 2 })
  const context = g.input('context', { rows, columns: 2 })
  const { final } = g.scan({
    initial: [h0],
    steps: [x],
    step: ([h], [x]) => ({ next: [g.add(g.mul(h!, context), g.mul(x!, context))], outputs: [] }),
  })
  const back = pullback([[final[0]!, g.input('g', h0.shape)]], [context]).get(context)!
  expect(back).toMatchObject({ operation: g.sumRowsOperation, inputs: [{ operation: g.sequenceOperation }] })
})

test('gradients of what a step captures are one contraction, one sum, over all steps', () => {
  const x = g.input('x', { rows: ['time', 'batch'], columns: 2 })
  const h0 = g.input('h0', { rows, columns: 3 })
  const [U, W] = [g.parameter('U', { rows: [3], columns: 2 }), g.parameter('W', { rows: [3], columns: 3 })]
  const b = g.parameter('b', { rows: [], columns: 3 })
  const { final } = g.scan({
    initial: [h0],
    steps: [x],
    step: ([h], [x]) => ({
      next: [g.tanh(g.add(g.add(g.matmul(W, h!), g.matmul(W, g.neg(h!))), g.add(g.matmul(U, x!), b)))],
      outputs: [],
    }),
  })
  const back = pullback([[final[0]!, g.input('g', h0.shape)]], [U, W, b])
  const ofSequence = expect.objectContaining({
    shape: { rows: ['time', 'batch'], columns: expect.any(Number) as number },
  }) as g.Node
  expect(back.get(U)).toMatchObject({ operation: g.contractOperation, inputs: [ofSequence, x] })
  expect(back.get(b)).toMatchObject({ operation: g.sumRowsOperation, inputs: [ofSequence] })
  expect(back.get(W)!.operation).toBe(g.addOperation)
  for (const part of back.get(W)!.inputs) {
    expect(part).toMatchObject({ operation: g.contractOperation, inputs: [ofSequence, ofSequence] })
  }
})
