/** How graphs are walked, ordered, rewritten, and what a scan is made of. */

import { describe, expect, test } from 'vitest'
import * as g from '../../src/graph/index.ts'

const context = { extents: { time: 3, batch: 2 }, scalars: {} }
const x = g.input('x', { rows: ['time', 'batch'], columns: 1 })
const h0 = g.input('h0', { rows: ['batch'], columns: 1 })
const lengths = g.input('lengths', { rows: ['batch'], columns: 1 })

function valuesOf(nodes: readonly g.Node[]): number[][] {
  const known = new Map(
    [[x, [1, 2, 3, 4, 5, 6]] as const, [h0, [10, 20]] as const, [lengths, [2, 0]] as const].map(
      ([of, data]): [g.Node, g.Value] => [of, { ...g.zeros(of.shape, context), data: Float64Array.from(data) }],
    ),
  )
  return g.evaluate(nodes, known, context).map(({ data }) => [...data])
}

describe('walks', () => {
  const [p, q] = [g.input('p', { rows: [], columns: 1 }), g.input('q', { rows: [], columns: 1 })]
  const left = g.neg(p)
  const right = g.add(left, q)
  const top = g.mul(right, left)

  test('bottom up: inputs before users, from left to right, each once, and nowhere where it may not enter', () => {
    const met = (enter: (node: g.Node) => boolean): g.Node[] => {
      const all: g.Node[] = []
      g.bottomUp([top, right], enter, (node) => all.push(node))
      return all
    }
    expect(met(() => true)).toEqual([p, left, q, right, top])
    expect(met((node) => node !== left)).toEqual([q, right, top])
  })

  test('ordered: inputs before users, each once, nothing below the ends', () => {
    const order = g.ordered([top, right])
    expect(new Set(order)).toEqual(new Set([p, q, left, right, top]))
    expect(order).toHaveLength(5)
    for (const node of order) {
      for (const input of node.inputs) expect(order.indexOf(input)).toBeLessThan(order.indexOf(node))
    }
    expect(g.ordered([top], new Set([left, right]))).toEqual([left, right, top])
  })

  test('a rewritten graph is new where something changed, and the same elsewhere', () => {
    const r = g.input('r', { rows: [], columns: 1 })
    const [changed] = g.substitute([top], new Map([[q, r]]))
    expect(changed!.operation).toBe(top.operation)
    expect(changed!.shape).toBe(top.shape)
    expect(changed!.inputs[1]).toBe(left)
    expect(changed!.inputs[0]!.inputs).toEqual([left, r])
    expect(g.substitute([top], new Map([[g.neg(p), r]]))).toEqual([top])
    const seen: g.Node[] = []
    const [other] = g.rewrite([top], (node, original) => {
      seen.push(original)
      return node.operation === left.operation ? r : undefined
    })
    expect(seen).toHaveLength(5)
    expect(other!.inputs[1]).toBe(r)
    expect(other!.inputs[0]!.inputs).toEqual([r, q])
  })
})

describe('a scan', () => {
  const running = (more: Partial<g.Recurrence>) =>
    g.scan({
      initial: [h0],
      steps: [x],
      step: ([h], [x]) => {
        const next = g.add(g.mul(g.constant(2), h!), x!)
        return { next: [next], outputs: [next, g.add(h!, x!)] }
      },
      ...more,
    })

  test('goes from the first step to the last', () => {
    const { outputs, final } = running({})
    expect(valuesOf([...outputs, ...final])).toEqual([
      [21, 42, 45, 88, 95, 182],
      [11, 22, 24, 46, 50, 94],
      [95, 182],
    ])
  })

  test('or from the last to the first', () => {
    const { outputs, final } = running({ reverse: true })
    expect(valuesOf([...outputs, ...final])).toEqual([
      [107, 194, 53, 96, 25, 46],
      [54, 98, 28, 50, 15, 26],
      [107, 194],
    ])
  })

  test('keeps the states of a sequence past its length, and gives zeros there', () => {
    const { outputs, final } = running({ lengths })
    expect(valuesOf([...outputs, ...final])).toEqual([
      [21, 0, 45, 0, 0, 0],
      [11, 0, 24, 0, 0, 0],
      [45, 20],
    ])
  })

  test('has what its states capture as inputs; an observed node brings what it captures beyond that', () => {
    const [b, c, d] = ['b', 'c', 'd'].map((name) => g.parameter(name, { rows: [], columns: 1 })) as [
      g.Node,
      g.Node,
      g.Node,
    ]
    const inner = g.add(b, c)
    const { node, outputs } = g.scan({
      initial: [h0],
      steps: [x],
      step: ([h], [x]) => {
        const bias = g.exp(d)
        const next = g.add(g.mul(h!, inner), x!)
        const once = g.mul(next, c)
        const both = g.add(once, g.mul(h!, bias))
        return { next: [next], outputs: [next, once, both, g.neg(x!), g.add(next, inner)] }
      },
    })
    expect(node.inputs).toEqual([h0, x, inner])
    const captured = outputs.map(({ inputs: [scan, ...captured] }) => {
      expect(scan).toBe(node)
      return captured
    })
    const [bias] = captured[2]!.filter((one) => one !== c)
    // What a step makes of nothing of its own is outside it, though it was written inside.
    expect(bias!.inputs).toEqual([d])
    expect(captured).toEqual([[], [c], [c, bias], [], []])
    expect(g.sequence(node, node.attributes.steps[0]!)).toBe(x)
    const order = g.ordered(outputs)
    for (const one of [c, bias!]) expect(order.indexOf(one)).toBeLessThan(order.indexOf(node))
  })

  test('what depends on leaves is inside, and what that reads otherwise is captured', () => {
    const old = g.constant(1)
    const leaf = g.leaf('h', h0.shape)
    const young = g.neg(old)
    const one = g.add(leaf, young)
    const two = g.mul(one, g.add(old, young))
    expect([...g.insideOf([two], [leaf])]).toEqual([leaf, one, two])
    expect(g.capturedBy([two, young], [leaf])).toEqual([young, two.inputs[1]])
  })

  test('refuses a new state of other columns, and a sequence that is none', () => {
    const wide = g.input('wide', { rows: ['batch'], columns: 2 })
    const shape = expect.objectContaining({ code: 'shape' }) as Error
    expect(() => running({ step: () => ({ next: [wide], outputs: [] }) })).toThrow(shape)
    expect(() => running({ steps: [h0] })).toThrow(shape)
  })
})

test('shapes that fit and shapes that do not', () => {
  const shape = (rows: g.RowAxis[], columns = 2): g.Shape => ({ rows, columns })
  expect(g.broadcastShape('f', [shape(['batch'], 1), shape(['time'])])).toEqual(shape(['time', 'batch']))
  expect(g.broadcastShape('f', [shape([3]), shape(['batch'])])).toEqual(shape(['batch', 3]))
  expect(g.broadcastShape('f', [shape(['batch', 'source']), shape(['time'], 1)])).toEqual(
    shape(['time', 'source', 'batch']),
  )
  expect(g.broadcastShape('f', [shape(['time', 'batch']), shape([3])])).toEqual(shape(['time', 'batch', 3]))
  for (const [a, b] of [
    [shape([3]), shape([4])],
    [shape([]), shape([], 3)],
  ] as const) {
    expect(() => g.broadcastShape('f', [a, b])).toThrow(/^f: /)
  }
  expect(g.sameShape(shape(['batch']), shape(['batch']))).toBe(true)
  expect(g.sameShape(shape(['batch']), shape(['batch'], 3))).toBe(false)
  expect(g.sameShape(shape(['batch']), shape(['time']))).toBe(false)
  expect(g.sameShape(shape(['batch']), shape(['batch', 'time']))).toBe(false)
})

test('an extent that is not given is missed by name', () => {
  expect(() => g.zeros(g.input('x', { rows: ['source'], columns: 1 }).shape, context)).toThrow(/source/)
  expect(() => g.evaluate([x], new Map(), context)).toThrow(/no value given for x/)
})
