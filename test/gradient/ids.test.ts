import { expect, test } from 'vitest'
import * as g from '../../src/graph/index.ts'

const ids = [1, -1, 2, 1.5, NaN, 1e9]
const rows = ids.length

/** The value of a node that reads these arrays, row by row. */
function valueOf(node: g.Node, given: readonly (readonly [g.Node, readonly number[]])[]): number[] {
  const known = new Map(
    given.map(([of, data]) => [
      of,
      { shape: of.shape, extents: of.shape.rows.map(Number), data: Float64Array.from(data) },
    ]),
  )
  const [value] = g.evaluate([node], known, { extents: {}, scalars: {} } as unknown as g.EvaluationContext)
  return [...value!.data]
}

// As backends do: what they compute on such an id is held against this.
test('ids that are no row give NaN, add nothing; a target that is no column has a loss and a gradient that are NaN', () => {
  const named = g.input('ids', { rows: [rows], columns: 1 })
  const table = g.input('table', { rows: [2], columns: 1 })
  expect(
    valueOf(g.gather(table, named), [
      [table, [10, 20]],
      [named, ids],
    ]),
  ).toEqual([20, NaN, NaN, NaN, NaN, NaN])
  const source = g.input('g', { rows: [rows], columns: 1 })
  expect(
    valueOf(g.scatterAdd(source, named, 2), [
      [source, [1, 2, 3, 4, 5, 6]],
      [named, ids],
    ]),
  ).toEqual([0, 1])
  const logits = g.input('logits', { rows: [rows], columns: 2 })
  const even = [logits, new Array<number>(2 * rows).fill(0)] as const
  const [first, ...others] = valueOf(g.crossEntropy(logits, named), [even, [named, ids]])
  expect(first).toBeCloseTo(Math.log(2), 12)
  expect(others).toEqual([NaN, NaN, NaN, NaN, NaN])
  const weight = g.input('weight', { rows: [rows], columns: 1 })
  const gradient = g.crossEntropyGradient(logits, named, weight)
  expect(valueOf(gradient, [even, [named, ids], [weight, [1, 0, 1, 1, 1, 1]]]).slice(0, 6)).toEqual([
    0.5,
    -0.5,
    0,
    0,
    NaN,
    NaN,
  ])
})
